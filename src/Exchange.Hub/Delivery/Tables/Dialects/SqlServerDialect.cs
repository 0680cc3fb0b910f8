using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Data.SqlClient;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// SQL Server from 2016 on. Keys are <c>varbinary</c>: SQL Server compares texts without regard to blanks at their end.
/// </summary>
sealed class SqlServerDialect : ITableDialect
{
    const int NameCharacters = 128;

    public TableServer Server => TableServer.Sqlserver;

    public int UsualPort => 1433;

    public string UsualSchema => "dbo";

    public string Settings => "set lock_timeout 30000; set xact_abort on; set ansi_warnings on; set arithabort on; set implicit_transactions off";

    public string KeyType => "varbinary(1024)";

    public string Stage => "#exchange_stage";

    public string Columns => """
        select c.name, t.name, case when c.is_nullable = 1 or c.default_object_id <> 0 or c.is_identity = 1 or c.is_computed = 1 then 1 else 0 end,
               case when c.max_length < 0 then null else c.max_length / 2 end, null, c.precision, c.scale, c.scale
        from sys.columns c join sys.types t on t.user_type_id = c.user_type_id
        where c.object_id = object_id(quotename(@p0) + '.' + quotename(@p1)) order by c.column_id
        """;

    public string KeyIndexes => """
        select count(*) from sys.indexes i
        where i.object_id = object_id(quotename(@p0) + '.' + quotename(@p1)) and i.is_unique = 1 and i.has_filter = 0 and i.is_disabled = 0
          and (select count(*) from sys.index_columns k where k.object_id = i.object_id and k.index_id = i.index_id and k.is_included_column = 0) = 1
          and exists (select 1 from sys.index_columns k join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
                      where k.object_id = i.object_id and k.index_id = i.index_id and c.name = '_key')
        """;

    public (string Select, string Order) KeyBytes => ("[_key]", "[_key]");

    // Typed options into the driver's own builder.
    public DbConnection Connect(TableOptions options, IPAddress address)
    {
        var builder = new SqlConnectionStringBuilder
        {
            DataSource = string.Create(CultureInfo.InvariantCulture, $"tcp:{address},{options.Port ?? UsualPort}"),
            InitialCatalog = options.Database,
            UserID = options.User,
            Password = options.Password ?? "",
            Encrypt = options.Tls == TableTls.Disable ? SqlConnectionEncryptOption.Optional : SqlConnectionEncryptOption.Mandatory,
            TrustServerCertificate = options.Tls is TableTls.Require or TableTls.Disable,
            PersistSecurityInfo = false,
            ConnectTimeout = 15,
            CommandTimeout = 0, // a load takes as long as it takes; who stops it is the token
            ConnectRetryCount = 0,
            MultipleActiveResultSets = false,
            ApplicationName = "exchange",
            Pooling = false,
        };
        if (options.Tls == TableTls.VerifyFull)
            builder.HostNameInCertificate = options.Host;
        return new SqlConnection(builder.ConnectionString);
    }

    public string Quote(string name) => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]";

    public bool IsShort(string name) => name.Length <= NameCharacters;

    public string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => "bigint",
        ColumnKind.Number => "decimal(38,10)",
        ColumnKind.Boolean => "bit",
        ColumnKind.Date => "date",
        ColumnKind.Instant => "datetimeoffset(7)",
        _ => "nvarchar(max)",
    };

    public bool IsKeyType(string type) => type == "varbinary";

    public object KeyValue(string key) => Encoding.UTF8.GetBytes(key);

    public string CreateTable(string table, IEnumerable<string> columns, string key) =>
        $"if object_id(N'{table.Replace("'", "''", StringComparison.Ordinal)}') is null create table {table} ({string.Join(", ", columns)}, primary key nonclustered ({key}))";

    public string AddColumn(string table, string column, string type) => $"alter table {table} add {column} {type} null";

    public string ChangeColumn(string table, string column, string type) => $"alter table {table} alter column {column} {type} null";

    public TargetColumn Describe(string name, string type, bool mayBeLeftOut, ColumnLimits limits) => type switch
    {
        "nvarchar" => new TargetColumn(name, type, ColumnKind.Text, mayBeLeftOut, new ColumnLimits(Characters: limits.Characters)),
        "smallint" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 16)),
        "int" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 32)),
        "bigint" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: 64)),
        "decimal" or "numeric" => new TargetColumn(name, $"decimal({limits.Digits},{limits.Places})", ColumnKind.Number, mayBeLeftOut, new ColumnLimits(Digits: limits.Digits, Places: limits.Places)),
        "bit" => new TargetColumn(name, type, ColumnKind.Boolean, mayBeLeftOut, new ColumnLimits()),
        "date" => new TargetColumn(name, type, ColumnKind.Date, mayBeLeftOut, new ColumnLimits()),
        "datetimeoffset" => new TargetColumn(name, $"datetimeoffset({limits.Places})", ColumnKind.Instant, mayBeLeftOut, new ColumnLimits(Places: limits.Places)),
        _ => new TargetColumn(name, type, null, mayBeLeftOut, limits),
    };

    public string Lock(string columns, string table, string condition) => $"select {columns} from {table} with (updlock, holdlock, rowlock) where {condition}";

    public string CreateStage(string table, IReadOnlyList<string> columns) => $"select {string.Join(", ", columns)} into {Stage} from {table} where 1 = 0";

    public IEnumerable<string> Merge(string table, IReadOnlyList<BoundColumn> columns)
    {
        string[] names = [Quote(TableColumn.Key), .. columns.Select(column => Quote(column.Name))];
        if (columns.Count > 0)
            yield return $"update t set {string.Join(", ", names.Skip(1).Select(name => $"t.{name} = s.{name}"))} from {table} t join {Stage} s on t.{names[0]} = s.{names[0]}";
        yield return $"insert into {table} ({string.Join(", ", names)}) select {string.Join(", ", names.Select(name => $"s.{name}"))} from {Stage} s where not exists (select 1 from {table} t where t.{names[0]} = s.{names[0]})";
    }

    public Task<IRowLoad> BeginLoadAsync(DbTransaction transaction, string table, IReadOnlyList<BoundColumn> columns, int batchSize, CancellationToken cancellationToken) =>
        Task.FromResult<IRowLoad>(new SqlServerLoad((SqlTransaction)transaction, table, columns, batchSize));

    public string ReadBack(string column, ColumnKind form) => form switch
    {
        ColumnKind.Instant => $"convert(varchar(34), switchoffset({column}, '+00:00'), 127)",
        ColumnKind.Date => $"convert(varchar(10), {column}, 23)",
        ColumnKind.Text or ColumnKind.Json => column,
        _ => $"convert(varchar(50), {column})",
    };

    public TargetFault Explain(DbException error)
    {
        if (error is not SqlException told || told.Class >= 20)
            return new TargetFault("target-away", false, error.Message);
        return told.Number switch
        {
            220 or 232 or 241 or 242 or 245 or 515 or 547 or 2601 or 2627 or 2628 or 4815 or 8114 or 8115 or 8152 =>
                new TargetFault("value-refused", true, $"The database refuses a value (error {told.Number}). See to the table's constraints and types."),
            229 or 230 or 262 or 297 or 300 or 916 or 1088 => new TargetFault("target-permission", false, told.Message),
            18456 or 18470 or 18487 or 18488 => new TargetFault("target-sign-in", false, told.Message),
            1101 or 1105 or 9002 => new TargetFault("target-full", false, told.Message),
            1204 or 1205 or 1222 => new TargetFault("table-busy", false, told.Message),
            207 or 208 => new TargetFault("table-changed", false, told.Message),
            4060 or -2 or 2 or 53 or 64 or 121 or 233 or 258 or 10053 or 10054 or 10060 or 10061 => new TargetFault("target-away", false, told.Message),
            _ => new TargetFault("target-refused", false, $"{told.Message} (error {told.Number})"),
        };
    }
}
