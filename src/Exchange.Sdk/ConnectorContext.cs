namespace Exchange.Sdk;

/// <summary>What a plugin is given for one call.</summary>
/// <param name="options">The bound options record of the plugin.</param>
/// <param name="timeProvider">The only clock.</param>
/// <param name="baseDirectory">Folder that relative paths in options start from.</param>
public sealed class ConnectorContext(object options, TimeProvider timeProvider, string baseDirectory)
{
    /// <summary>The only clock.</summary>
    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>Folder that relative paths in options start from.</summary>
    public string BaseDirectory { get; } = baseDirectory;

    /// <summary>Store and decoders of a file source; null for other connectors.</summary>
    public FileAccess? Files { get; init; }

    /// <summary>The plugin's own options.</summary>
    public T Options<T>() where T : class => (T)options;
}
