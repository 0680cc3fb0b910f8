using Exchange.Sdk;
using Microsoft.Data.Sqlite;

namespace Exchange.Connectors.Sqlite;

/// <summary>Tables, views and queries of a SQLite database file.</summary>
public sealed class SqliteConnector : IConnector
{
    /// <summary>The stream of a source with a query.</summary>
    internal const string QueryStream = "query";

    // The driver looks for its native library by itself, but does not find it from inside a plugin.
    static SqliteConnector() => SQLitePCL.Batteries_V2.Init();

    /// <inheritdoc/>
    public PluginInfo Info { get; } = new("sqlite", "SQLite", typeof(SqliteOptions));

    /// <inheritdoc/>
    public Capabilities CapabilitiesOf(ConnectorContext context) =>
        new(Resumable: true, Ordered: true, ConsistentSnapshot: true, DeleteDetection.FullDiff, FilterPushDown: true);

    /// <inheritdoc/>
    public IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, CancellationToken cancellationToken) => Check(context).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceStream>> DiscoverAsync(ConnectorContext context, CancellationToken cancellationToken) =>
        Task.FromResult(SqliteErrors.Guard(context, () =>
        {
            using var database = Open(context);
            return Catalogue.Streams(database, context.Options<SqliteOptions>());
        }));

    /// <inheritdoc/>
    public Task<IRecordReader> OpenAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IRecordReader>(SqliteErrors.Guard(context, () =>
        {
            var database = Open(context);
            try
            {
                database.BeginTransaction(deferred: true); // one moment of the database, from the first row to the last
                return SqliteRecordReader.Open(database, request, context);
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }));

    static SqliteConnection Open(ConnectorContext context)
    {
        var options = context.Options<SqliteOptions>();
        var path = Path.GetFullPath(options.Path, context.BaseDirectory);
        if (!File.Exists(path))
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"There is no file {path}. Correct \"path\".");
        var database = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = options.BusyTimeoutSeconds,
        }.ToString());
        try
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "select count(*) from sqlite_schema"; // opening alone reads nothing
            command.ExecuteScalar();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    static IEnumerable<CheckStep> Check(ConnectorContext context)
    {
        SqliteConnection? database = null;
        yield return Step("open", context, () =>
        {
            database = Open(context);
            return $"{database.DataSource} is a SQLite database (library {database.ServerVersion}).";
        }, "Correct \"path\", and give the hub's user the right to read the file.");
        if (database is null)
        {
            yield return new CheckStep("list", CheckOutcome.Skipped, "Not open.");
            yield return new CheckStep("read", CheckOutcome.Skipped, "Not open.");
            yield break;
        }
        using var open = database;
        IReadOnlyList<SourceStream> streams = [];
        yield return Step("list", context, () =>
        {
            streams = Catalogue.Streams(open, context.Options<SqliteOptions>());
            return $"{streams.Count} to read: {string.Join(", ", streams.Take(20).Select(stream => stream.Name))}";
        }, "Correct \"query\".");
        if (streams.Count == 0)
        {
            yield return new CheckStep("read", CheckOutcome.Skipped, "There is nothing to read.");
            yield break;
        }
        yield return Step("read", context, () =>
        {
            using var command = open.CreateCommand();
            command.CommandText = $"select * from {Catalogue.SourceOf(streams[0], context.Options<SqliteOptions>())} limit 1";
            using var reader = command.ExecuteReader();
            return reader.Read() ? $"A row of {streams[0].Name} was read." : $"{streams[0].Name} is empty.";
        }, "Look at the table or view with the sqlite3 command line.");
    }

    static CheckStep Step(string name, ConnectorContext context, Func<string> step, string fix)
    {
        try
        {
            return new CheckStep(name, CheckOutcome.Passed, SqliteErrors.Guard(context, step));
        }
        catch (ConnectorException error)
        {
            return new CheckStep(name, CheckOutcome.Failed, error.Message, fix);
        }
    }
}
