using System.Reflection;

namespace Exchange.Sdk;

/// <summary>The plugins of a host, discovered from <c>&lt;directory&gt;/connectors/&lt;Name&gt;/Exchange.Connectors.&lt;Name&gt;.dll</c>.</summary>
public sealed partial class PluginCatalog
{
    readonly SortedDictionary<string, IConnector> connectors = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, IFileStore> stores = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, IFileDecoder> decoders = new(StringComparer.Ordinal);
    readonly List<string> problems = [];

    /// <summary>A catalog of plugins already made, for hosts that bring their own.</summary>
    public PluginCatalog(IEnumerable<object> plugins)
    {
        foreach (var plugin in plugins)
            Add(plugin);
    }

    /// <summary>Connectors by name; a file format stands here as the connector it becomes.</summary>
    public IReadOnlyDictionary<string, IConnector> Connectors => connectors;

    /// <summary>File stores by name.</summary>
    public IReadOnlyDictionary<string, IFileStore> Stores => stores;

    /// <summary>File decoders by name.</summary>
    public IReadOnlyDictionary<string, IFileDecoder> Decoders => decoders;

    /// <summary>Plugins that were left out, each with the reason.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Discovers the plugins beside a host. A broken plugin is left out and reported; it never stops the host.</summary>
    public static PluginCatalog Load(string directory)
    {
        var catalog = new PluginCatalog([]);
        var root = Path.Combine(directory, "connectors");
        if (!Directory.Exists(root))
        {
            catalog.problems.Add($"There is no folder {root}: no connector is available.");
            return catalog;
        }
        foreach (var folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
            catalog.LoadFolder(folder);
        return catalog;
    }

    void LoadFolder(string folder)
    {
        var name = Path.GetFileName(folder);
        var path = Path.Combine(folder, $"Exchange.Connectors.{name}.dll");
        if (!File.Exists(path))
        {
            problems.Add($"connectors/{name} was left out: it holds no {Path.GetFileName(path)}.");
            return;
        }
        try
        {
            var types = new PluginLoadContext(path).LoadFromAssemblyPath(path).GetTypes().Where(IsPlugin).ToList();
            if (types.Count == 0)
                problems.Add($"connectors/{name} was left out: it holds no public connector, file format, file store or file decoder.");
            foreach (var type in types)
                Add(Activator.CreateInstance(type)!);
        }
        // Whatever a plugin throws while it is loaded is the plugin's fault, and must not keep the others from working.
        catch (Exception error)
        {
            var cause = error is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first : error.GetBaseException();
            problems.Add($"connectors/{name} was left out: {cause.Message}");
        }
    }

    static bool IsPlugin(Type type) =>
        type is { IsPublic: true, IsAbstract: false, IsClass: true }
        && (type.IsAssignableTo(typeof(IConnector)) || type.IsAssignableTo(typeof(IFileFormat))
            || type.IsAssignableTo(typeof(IFileStore)) || type.IsAssignableTo(typeof(IFileDecoder)));

    void Add(object plugin)
    {
        var (info, added) = plugin switch
        {
            IConnector connector => (connector.Info, connectors.TryAdd(connector.Info.Name, connector)),
            IFileFormat format => (format.Info, connectors.TryAdd(format.Info.Name, new FileConnector(format))),
            IFileStore store => (store.Info, stores.TryAdd(store.Info.Name, store)),
            IFileDecoder decoder => (decoder.Info, decoders.TryAdd(decoder.Info.Name, decoder)),
            _ => throw new ArgumentException($"{plugin.GetType().Name} is no plugin."),
        };
        OptionSet.Of(info.OptionsType); // a wrong declaration shows here, at start, not in the middle of the night
        if (!added)
            problems.Add($"{plugin.GetType().FullName} was left out: \"{info.Name}\" is already taken.");
    }
}
