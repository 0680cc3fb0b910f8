using Exchange.Sdk;

namespace Exchange.Connectors.Sqlite;

/// <summary>Which database file is read, and how.</summary>
public sealed record SqliteOptions
{
    /// <summary>The file.</summary>
    [Option("Database file. A relative path starts from the folder of the source document. It is opened for reading only.", Required = true, Example = "registry.db")]
    public string Path { get; init; } = "";

    /// <summary>The query.</summary>
    [Option("One SELECT statement to read instead of tables and views. Its result is the stream \"query\".", Example = "select * from person where active = 1")]
    public string? Query { get; init; }

    /// <summary>How long to wait for a writer.</summary>
    [Option("Seconds to wait while somebody else holds the database locked.", Minimum = 1, Maximum = 3600)]
    public int BusyTimeoutSeconds { get; init; } = 30;
}
