using System.Data.Common;
using System.Net;
using System.Text;
using Npgsql;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>PostgreSQL, from version 12 on.</summary>
sealed class PostgreSqlDialect : ITableDialect
{
    const int NameBytes = 63;

    public TableServer Server => TableServer.Postgres;

    public int UsualPort => 5432;

    public string UsualSchema => "public";

    public string Settings => "set timezone = 'UTC'; set lock_timeout = '30s'; set client_min_messages = warning; set standard_conforming_strings = on";

    public string KeyType => "text collate \"C\"";

    public string Stage => "exchange_stage";

    public string Columns => """
        select column_name::text, udt_name::text, case when is_nullable = 'YES' or column_default is not null or is_identity = 'YES' or is_generated = 'ALWAYS' then 1 else 0 end,
               character_maximum_length, null::int, numeric_precision, numeric_scale, datetime_precision
        from information_schema.columns where table_schema = @p0 and table_name = @p1 order by ordinal_position
        """;

    public string KeyIndexes => """
        select count(*) from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
        join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
        where n.nspname = @p0 and t.relname = @p1 and i.indisunique and i.indpred is null and i.indimmediate and i.indnkeyatts = 1 and a.attname = '_key'
        """;

    public (string Select, string Order) KeyBytes => ("convert_to(\"_key\", 'UTF8')", "\"_key\" collate \"C\"");

    // Typed options into the driver's own builder: no text of a person becomes a key of the connection string.
    public DbConnection Connect(TableOptions options, IPAddress address) => new NpgsqlConnection(new NpgsqlConnectionStringBuilder
    {
        Host = address.ToString(),
        Port = options.Port ?? UsualPort,
        Database = options.Database,
        Username = options.User,
        Password = options.Password ?? "", // not null: whose credentials are used is never left to the environment
        SslMode = options.Tls == TableTls.Disable ? SslMode.Disable : SslMode.Require,
        GssEncryptionMode = GssEncryptionMode.Disable,
        Timeout = 15,
        CommandTimeout = 0, // a load takes as long as it takes; who stops it is the token
        KeepAlive = 30,
        ApplicationName = "exchange",
        Pooling = false,
    }.ConnectionString)
    {
        SslClientAuthenticationOptionsCallback = tls =>
        {
            tls.TargetHost = options.Host;
            tls.RemoteCertificateValidationCallback = TargetTls.Callback(options);
        },
    };

    public string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public bool IsShort(string name) => Encoding.UTF8.GetByteCount(name) <= NameBytes;

    public string TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => "bigint",
        ColumnKind.Number => "numeric",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Date => "date",
        ColumnKind.Instant => "timestamptz",
        ColumnKind.Json => "jsonb",
        _ => "text",
    };

    public bool IsKeyType(string type) => type is "text" or "varchar";

    public object KeyValue(string key) => key;

    public string CreateTable(string table, IEnumerable<string> columns, string key) => $"create table if not exists {table} ({string.Join(", ", columns)}, primary key ({key}))";

    public string AddColumn(string table, string column, string type) => $"alter table {table} add column {column} {type}";

    public string ChangeColumn(string table, string column, string type) => $"alter table {table} alter column {column} type {type} using {column}::{type}";

    public TargetColumn Describe(string name, string type, bool mayBeLeftOut, ColumnLimits limits) => type switch
    {
        "text" or "varchar" => new TargetColumn(name, type, ColumnKind.Text, mayBeLeftOut, limits),
        "int2" or "int4" or "int8" => new TargetColumn(name, type, ColumnKind.Integer, mayBeLeftOut, new ColumnLimits(Bits: limits.Digits)),
        "numeric" => new TargetColumn(name, limits.Digits is { } digits ? $"numeric({digits},{limits.Places})" : type, ColumnKind.Number, mayBeLeftOut, limits),
        "bool" => new TargetColumn(name, type, ColumnKind.Boolean, mayBeLeftOut, new ColumnLimits()),
        "date" => new TargetColumn(name, type, ColumnKind.Date, mayBeLeftOut, new ColumnLimits()),
        "timestamptz" => new TargetColumn(name, type, ColumnKind.Instant, mayBeLeftOut, limits),
        "json" or "jsonb" => new TargetColumn(name, type, ColumnKind.Json, mayBeLeftOut, new ColumnLimits()),
        _ => new TargetColumn(name, type, null, mayBeLeftOut, limits),
    };

    public string Lock(string columns, string table, string condition) => $"select {columns} from {table} where {condition} for update";

    public string CreateStage(string table, IReadOnlyList<string> columns) =>
        $"create temporary table {Stage} on commit drop as select {string.Join(", ", columns)} from {table} with no data";

    public IEnumerable<string> Merge(string table, IReadOnlyList<BoundColumn> columns)
    {
        string[] names = [Quote(TableColumn.Key), .. columns.Select(column => Quote(column.Name))];
        var assignments = string.Join(", ", names.Skip(1).Select(name => $"{name} = excluded.{name}"));
        var compared = columns.Where(column => column.Type != "json").Select(column => Quote(column.Name)).ToArray();
        var same = compared.Length == columns.Count && columns.Count > 0
            ? $" where ({string.Join(", ", compared.Select(name => $"{table}.{name}"))}) is distinct from ({string.Join(", ", compared.Select(name => $"excluded.{name}"))})"
            : "";
        var list = string.Join(", ", names);
        yield return $"insert into {table} ({list}) select {list} from {Stage} on conflict ({names[0]}) do {(columns.Count == 0 ? "nothing" : $"update set {assignments}{same}")}";
    }

    public async Task<IRowLoad> BeginLoadAsync(DbTransaction transaction, string table, IReadOnlyList<BoundColumn> columns, int batchSize, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select(column => Quote(column.Name)).Prepend(Quote(TableColumn.Key)));
        var copy = await ((NpgsqlConnection)transaction.Connection!).BeginRawBinaryCopyAsync($"copy {table} ({names}) from stdin (format binary)", cancellationToken);
        return new PostgreSqlLoad(copy, columns);
    }

    public string ReadBack(string column, ColumnKind form) => form == ColumnKind.Instant
        ? $"to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        : $"{column}::text";

    public TargetFault Explain(DbException error)
    {
        if (error is not PostgresException { SqlState: { } state } told)
            return new TargetFault("target-away", false, error.InnerException?.Message ?? error.Message);
        var place = string.Join(", ", new[] { told.TableName, told.ColumnName, told.ConstraintName }.OfType<string>().Where(name => name.Length > 0));
        return state[..2] switch
        {
            "22" or "23" => new TargetFault("value-refused", true, $"The database refuses a value (SQLSTATE {state}{(place.Length > 0 ? $", {place}" : "")}). See to the table's constraints and types."),
            "28" => new TargetFault("target-sign-in", false, told.MessageText),
            "42" => new TargetFault(state == "42501" ? "target-permission" : "table-changed", false, told.MessageText),
            "53" => new TargetFault(state == "53300" ? "target-away" : "target-full", false, told.MessageText),
            "55" or "40" => new TargetFault("table-busy", false, told.MessageText),
            "57" or "08" or "3D" => new TargetFault("target-away", false, told.MessageText),
            _ => new TargetFault("target-refused", false, $"{told.MessageText} (SQLSTATE {state})"),
        };
    }
}
