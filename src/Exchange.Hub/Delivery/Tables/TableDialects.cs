namespace Exchange.Hub.Delivery.Tables;

/// <summary>The servers that there are.</summary>
sealed class TableDialects
{
    readonly Dictionary<TableServer, ITableDialect> dialects = new ITableDialect[] { new PostgreSqlDialect(), new MySqlDialect(), new SqlServerDialect() }.ToDictionary(dialect => dialect.Server);

    /// <summary>That of a server.</summary>
    public ITableDialect Of(TableServer server) => dialects[server];
}
