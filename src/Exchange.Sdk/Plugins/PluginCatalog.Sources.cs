using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Sdk;

public sealed partial class PluginCatalog
{
    static readonly string[] SourceMembers = ["connector", "options", "store", "decode", "$schema"];

    /// <summary>Makes a source document ready to work.</summary>
    /// <param name="sourceDocument">
    /// <c>{ "connector", "options" }</c>, and for file formats <c>"store": { "kind", … }</c> and
    /// <c>"decode": [ "gzip" | { "kind", … } ]</c>.
    /// </param>
    /// <param name="timeProvider">The only clock.</param>
    /// <param name="baseDirectory">Folder that relative paths in options start from.</param>
    /// <exception cref="ConnectorException">Configuration: the document is wrong; the message names every problem.</exception>
    public ConfiguredSource Resolve(JsonElement sourceDocument, TimeProvider timeProvider, string baseDirectory)
    {
        var (source, found) = TryResolve(sourceDocument, timeProvider, baseDirectory);
        return source ?? throw new ConnectorException(ConnectorErrorKind.Configuration,
            $"The source document is wrong. {string.Join(" ", found)}");
    }

    /// <summary>As <see cref="Resolve"/>, with the problems as a list. The source is null exactly when there are problems.</summary>
    public (ConfiguredSource? Source, IReadOnlyList<OptionProblem> Problems) TryResolve(JsonElement sourceDocument, TimeProvider timeProvider, string baseDirectory)
    {
        var found = new List<OptionProblem>();
        if (sourceDocument.ValueKind != JsonValueKind.Object)
            return (null, [new("", "A source document is a JSON object: { \"connector\": …, \"options\": … }.")]);
        foreach (var member in sourceDocument.EnumerateObject().Where(member => !SourceMembers.Contains(member.Name)))
            found.Add(new($"/{member.Name}", $"A source document has no \"{member.Name}\". It has connector, options, store and decode."));

        var connector = Find(connectors, "connector", "/connector", Member(sourceDocument, "connector"), found);
        var context = connector is null ? null
            : Bound(connector.Info, Member(sourceDocument, "options"), "/options", found);
        var files = FilesOf(connector, sourceDocument, timeProvider, baseDirectory, found);
        return found.Count > 0 || connector is null || context is null
            ? (null, found)
            : (new ConfiguredSource(connector, new ConnectorContext(context, timeProvider, baseDirectory) { Files = files }), found);
    }

    /// <summary>A copy of a source document without the values of secrets.</summary>
    public JsonObject Redact(JsonElement sourceDocument)
    {
        var copy = JsonObject.Create(sourceDocument.Clone()) ?? [];
        foreach (var (pointer, options, given) in Parts(sourceDocument))
            Replace(copy, pointer, given.ValueKind == JsonValueKind.Object ? Redacted(options, given) : null);
        return copy;
    }

    /// <summary>JSON pointers of the secrets that a source document holds, such as <c>/options/password</c>.</summary>
    public IReadOnlyList<string> SecretPointers(JsonElement sourceDocument) =>
    [
        .. from part in Parts(sourceDocument)
           where part.Given.ValueKind == JsonValueKind.Object
           from name in part.Options?.SecretNames ?? []
           where part.Given.TryGetProperty(name, out _)
           select $"{part.Pointer}/{name}",
    ];

    FileAccess? FilesOf(IConnector? connector, JsonElement document, TimeProvider timeProvider, string baseDirectory, List<OptionProblem> found)
    {
        var (given, chain) = (Member(document, "store"), Member(document, "decode"));
        if (connector is not FileConnector)
        {
            if (connector is not null && (given.ValueKind != JsonValueKind.Undefined || chain.ValueKind != JsonValueKind.Undefined))
                found.Add(new("/store", $"\"{connector.Info.Name}\" reads no files, so \"store\" and \"decode\" have no meaning here."));
            return null;
        }
        var store = Find(stores, "store", "/store/kind", Member(given, "kind"), found);
        var storeOptions = store is null ? null : Bound(store.Info, given, "/store", found);
        var steps = new List<ConfiguredDecoder>();
        if (chain.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
            found.Add(new("/decode", "\"decode\" is a list, such as [\"gzip\"]."));
        foreach (var (index, step) in (chain.ValueKind == JsonValueKind.Array ? chain.EnumerateArray().ToList() : []).Index())
        {
            var pointer = $"/decode/{index}";
            var plain = step.ValueKind == JsonValueKind.String;
            if (Find(decoders, "decoder", plain ? pointer : $"{pointer}/kind", plain ? step : Member(step, "kind"), found) is { } decoder)
                steps.Add(new(decoder, new(Bound(decoder.Info, plain ? default : step, pointer, found), timeProvider, baseDirectory)));
        }
        return store is null ? null : new FileAccess(store, new ConnectorContext(storeOptions!, timeProvider, baseDirectory), steps);
    }

    static object Bound(PluginInfo info, JsonElement given, string pointer, List<OptionProblem> found) =>
        OptionSet.Of(info.OptionsType).Bind(given, pointer, found, "kind");

    static T? Find<T>(SortedDictionary<string, T> plugins, string what, string pointer, JsonElement given, List<OptionProblem> found) where T : class
    {
        var name = given.ValueKind == JsonValueKind.String ? given.GetString()! : "";
        if (plugins.TryGetValue(name, out var plugin))
            return plugin;
        var near = NearestName.Of(name, plugins.Keys);
        var known = plugins.Count == 0 ? $"No {what} is installed." : $"Installed: {string.Join(", ", plugins.Keys)}.";
        found.Add(new(pointer, name.Length == 0 ? $"Name a {what}. {known}"
            : near is null ? $"There is no {what} \"{name}\". {known}" : $"There is no {what} \"{name}\". Did you mean \"{near}\"?"));
        return null;
    }

    static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    // The parts of a source document that hold options, with the options they may hold; null when the plugin is not known.
    IEnumerable<(string Pointer, OptionSet? Options, JsonElement Given)> Parts(JsonElement document)
    {
        yield return ("/options", OptionsOf(connectors, Member(document, "connector"), plugin => plugin.Info), Member(document, "options"));
        var store = Member(document, "store");
        yield return ("/store", OptionsOf(stores, Member(store, "kind"), plugin => plugin.Info), store);
        var chain = Member(document, "decode");
        foreach (var (index, step) in (chain.ValueKind == JsonValueKind.Array ? chain.EnumerateArray().ToList() : []).Index())
            yield return ($"/decode/{index}", OptionsOf(decoders, Member(step, "kind"), plugin => plugin.Info), step);
    }

    static OptionSet? OptionsOf<T>(SortedDictionary<string, T> plugins, JsonElement name, Func<T, PluginInfo> infoOf) =>
        name.ValueKind == JsonValueKind.String && plugins.TryGetValue(name.GetString()!, out var plugin) ? OptionSet.Of(infoOf(plugin).OptionsType) : null;

    static JsonObject Redacted(OptionSet? options, JsonElement given)
    {
        // Without the plugin nobody knows what is secret, so nothing leaves.
        var copy = options?.Redact(given) ?? [];
        if (given.TryGetProperty("kind", out var kind))
            copy["kind"] = JsonNode.Parse(kind.GetRawText());
        return copy;
    }

    static void Replace(JsonObject document, string pointer, JsonObject? value)
    {
        var parts = pointer.Split('/');
        if (value is null)
            return;
        if (parts.Length == 2)
            document[parts[1]] = value;
        else
            document[parts[1]]![int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture)] = value;
    }
}
