using System.Data.Common;
using System.Net;
using System.Text;
using MySqlConnector;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// MySQL from 8.0 on, and MariaDB from 10.5 on. Keys are <c>varbinary</c>: their texts are told apart by their bytes, and
/// collations that MySQL and MariaDB both know take <c>a</c> and <c>a </c> for the same.
/// </summary>
sealed class MySqlDialect : ITableDialect
{
    const int NameCharacters = 64;

    public TableServer Server => TableServer.Mysql;

    public int UsualPort => 3306;

    public string? UsualSchema => null;

    public string Settings => "set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 30";

    public string KeyType => "varbinary(1024)";

    public string Stage => "exchange_stage";

    public string Columns => """
        select column_name, data_type, case when is_nullable = 'YES' or column_default is not null or extra <> '' then 1 else 0 end,
               character_maximum_length, character_octet_length, numeric_precision, numeric_scale, datetime_precision
        from information_schema.columns where table_schema = @p0 and table_name = @p1 order by ordinal_position
        """;

    public string KeyIndexes => """
        select count(*) from (
            select index_name from information_schema.statistics where table_schema = @p0 and table_name = @p1 and non_unique = 0
            group by index_name having count(*) = 1 and max(column_name) = '_key' and max(sub_part) is null) i
        """;

    public (string Select, string Order) KeyBytes => ("`_key`", "`_key`");

    // Typed options into the driver's own builder. LOCAL INFILE stays off: a server that the hub does not run could ask for any file of the hub by it.
    public DbConnection Connect(TableOptions options, IPAddress address) => new MySqlConnection(new MySqlConnectionStringBuilder
    {
        Server = address.ToString(),
        Port = (uint)(options.Port ?? UsualPort),
        Database = options.Database,
        UserID = options.User,
        Password = options.Password ?? "",
        SslMode = options.Tls == TableTls.Disable ? MySqlSslMode.Disabled : MySqlSslMode.Required,
        AllowLoadLocalInfile = false,
        AllowUserVariables = false,
        AllowPublicKeyRetrieval = false,
        ServerRedirectionMode = MySqlServerRedirectionMode.Disabled,
        ConnectionTimeout = 15,
        DefaultCommandTimeout = 0, // a load takes as long as it takes; who stops it is the token
        Keepalive = 30,
        GuidFormat = MySqlGuidFormat.None,
        ApplicationName = "exchange",
        Pooling = false,
    }.ConnectionString)
    {
        RemoteCertificateValidationCallback = options.Tls == TableTls.Disable ? null : TargetTls.Callback(options),
    };

    public string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public bool IsShort(string name) => name.Length <= NameCharacters && !name.EndsWith(' ');

    public string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => "bigint",
        ColumnKind.Number => "decimal(65,30)",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Date => "date",
        ColumnKind.Instant => "datetime(6)",
        _ => "longtext character set utf8mb4 collate utf8mb4_bin", // MySQL's JSON makes doubles of decimals
    };

    public bool IsKeyType(string type) => type == "varbinary";

    public object KeyValue(string key) => Encoding.UTF8.GetBytes(key);

    public string CreateTable(string table, IEnumerable<string> columns, string key) =>
        $"create table if not exists {table} ({string.Join(", ", columns)}, primary key ({key})) engine = InnoDB default character set utf8mb4";

    public string AddColumn(string table, string column, string type) => $"alter table {table} add column {column} {type}";

    public string ChangeColumn(string table, string column, string type) => $"alter table {table} modify column {column} {type}";

    public TargetColumn Describe(string name, string type, bool mayBeLeftOut, ColumnLimits limits) => type.ToLowerInvariant() switch
    {
        "varchar" or "text" or "mediumtext" or "longtext" => new TargetColumn(name, type, ColumnKind.Text, mayBeLeftOut, limits),
        "tinyint" => new TargetColumn(name, type, ColumnKind.Boolean, mayBeLeftOut, new ColumnLimits()),
        "smallint" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 16)),
        "mediumint" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 24)),
        "int" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 32)),
        "bigint" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 64)),
        "decimal" => new TargetColumn(name, $"decimal({limits.Digits},{limits.Places})", ColumnKind.Number, mayBeLeftOut, limits),
        "date" => new TargetColumn(name, type, ColumnKind.Date, mayBeLeftOut, new ColumnLimits()),
        "datetime" => new TargetColumn(name, $"datetime({limits.Places})", ColumnKind.Instant, mayBeLeftOut, limits),
        _ => new TargetColumn(name, type, null, mayBeLeftOut, limits),
    };

    public string Lock(string columns, string table, string condition) => $"select {columns} from {table} where {condition} for update";

    public string CreateStage(string table, IReadOnlyList<string> columns) =>
        $"create temporary table {Stage} (primary key ({columns[0]})) select {string.Join(", ", columns)} from {table} where false";

    // Not "on duplicate key update": it would take a row for another's that only agrees in some other unique index.
    public IEnumerable<string> Merge(string table, IReadOnlyList<BoundColumn> columns)
    {
        string[] names = [Quote(TableColumn.Key), .. columns.Select(column => Quote(column.Name))];
        var same = $"{table}.{names[0]} = {Stage}.{names[0]}";
        if (columns.Count > 0)
            yield return $"update {table} join {Stage} on {same} set {string.Join(", ", names.Skip(1).Select(name => $"{table}.{name} = {Stage}.{name}"))}";
        var list = string.Join(", ", names);
        yield return $"insert into {table} ({list}) select {list} from {Stage} where not exists (select 1 from {table} where {same})";
    }

    public Task<IRowLoad> BeginLoadAsync(DbTransaction transaction, string table, IReadOnlyList<BoundColumn> columns, int batchSize, CancellationToken cancellationToken) =>
        Task.FromResult<IRowLoad>(new MySqlLoad((MySqlTransaction)transaction, table, [.. columns.Select(column => Quote(column.Name)).Prepend(Quote(TableColumn.Key))], columns, batchSize));

    public string ReadBack(string column, ColumnKind form) => form switch
    {
        ColumnKind.Instant => $"date_format({column}, '%Y-%m-%dT%H:%i:%s.%fZ')",
        ColumnKind.Text or ColumnKind.Json => column,
        _ => $"cast({column} as char)",
    };

    public TargetFault Explain(DbException error)
    {
        if (error is not MySqlException { Number: > 0 } told || told.ErrorCode == MySqlErrorCode.UnableToConnectToHost)
            return new TargetFault("target-away", false, error.InnerException?.Message ?? error.Message);
        return told.Number switch
        {
            1048 or 1062 or 1264 or 1265 or 1292 or 1364 or 1366 or 1406 or 1451 or 1452 or 1690 or 3819 or 4025 =>
                new TargetFault("value-refused", true, $"The database refuses a value (error {told.Number}). See to the table's constraints and types."),
            1044 or 1142 or 1143 or 1227 or 1370 => new TargetFault("target-permission", false, told.Message),
            1045 or 1698 or 1820 => new TargetFault("target-sign-in", false, told.Message),
            1021 or 1114 or 3 or 28 or 1026 => new TargetFault("target-full", false, told.Message),
            1205 or 1213 => new TargetFault("table-busy", false, told.Message),
            1054 or 1146 or 1412 => new TargetFault("table-changed", false, told.Message),
            1040 or 1049 or 1053 or 1077 or 1152 or 1158 or 1159 or 1160 or 1161 or 1927 or 2006 or 2013 => new TargetFault("target-away", false, told.Message),
            _ => new TargetFault("target-refused", false, $"{told.Message} (error {told.Number})"),
        };
    }
}
