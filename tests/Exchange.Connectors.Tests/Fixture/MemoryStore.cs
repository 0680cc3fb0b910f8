using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

/// <summary>A store whose files are made by the test.</summary>
sealed class MemoryStore : IFileStore
{
    public List<StoredFile> Files { get; } = [];

    public Dictionary<string, Func<Stream>> Contents { get; } = [];

    public FileSelection Selection { get; init; } = FileSelection.Every;

    /// <summary>Files that somebody changed after they were listed.</summary>
    public HashSet<string> Changed { get; } = [];

    public PluginInfo Info { get; } = new("memory", "Memory", typeof(NoOptions));

    public MemoryStore Add(string name, Func<Stream> content, long length = 0, bool complete = true)
    {
        Files.Add(new StoredFile(name, length, DateTimeOffset.UnixEpoch.AddDays(Files.Count), complete));
        Contents[name] = content;
        return this;
    }

    public MemoryStore Add(string name, string content, bool complete = true)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return Add(name, () => new MemoryStream(bytes), bytes.Length, complete);
    }

    /// <summary>This store read by the csv format.</summary>
    public ConfiguredSource Csv(string options = "{}")
    {
        var csv = Repository.Plugins.Connectors["csv"];
        var problems = new List<OptionProblem>();
        var bound = OptionSet.Of(csv.Info.OptionsType).Bind(System.Text.Json.JsonDocument.Parse(options).RootElement, "", problems);
        Assert.That(problems, Is.Empty);
        var files = new Exchange.Sdk.FileAccess(this, new ConnectorContext(new NoOptions(), TimeProvider.System, ""), []);
        return new ConfiguredSource(csv, new ConnectorContext(bound, TimeProvider.System, "") { Files = files });
    }

    public IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, CancellationToken cancellationToken) => AsyncEnumerable.Empty<CheckStep>();

    public Task<IReadOnlyList<StoredFile>> ListAsync(ConnectorContext context, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StoredFile>>([.. Files]);

    public Task<Stream> OpenAsync(StoredFile file, ConnectorContext context, CancellationToken cancellationToken) => Task.FromResult(Contents[file.Name]());

    public Task VerifyAsync(StoredFile file, ConnectorContext context, CancellationToken cancellationToken) =>
        Changed.Contains(file.Name) ? throw new ConnectorException(ConnectorErrorKind.Unavailable, $"{file.Name} is still being written.") : Task.CompletedTask;

    public string PlaceOf(ConnectorContext context) => "memory/*";

    public FileSelection SelectionOf(ConnectorContext context) => Selection;
}

/// <summary>No options.</summary>
public sealed record NoOptions;
