using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping;

/// <summary>
/// The rules by which a department's rows become shared records, as read from JSON. The language is described in the
/// README beside this file, and for editors in <c>mapping.schema.json</c> (see <see cref="Schema"/>).
/// </summary>
public sealed class MappingDocument
{
    /// <summary>Bytes of a mapping document at most.</summary>
    public const int ByteLimit = 16 * 1024 * 1024;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    MappingDocument()
    {
    }

    /// <summary>The JSON Schema (2020-12) of mapping documents.</summary>
    public static string Schema => EmbeddedText.Read("mapping.schema.json");

    /// <summary>Target fields that make the key; null to take those of the schema.</summary>
    public IReadOnlyList<string>? Key { get; private init; }

    /// <summary>SHA-256 of the document.</summary>
    internal byte[] Digest { get; private set; } = [];

    internal Defaults Defaults { get; private init; } = new();

    internal IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, byte[]>>> Tables { get; private init; } =
        new Dictionary<string, IReadOnlyList<KeyValuePair<string, byte[]>>>();

    internal ExpressionText? Filter { get; private init; }

    internal IReadOnlyList<RejectionRule> Rejections { get; private init; } = [];

    internal IReadOnlyList<FieldRule> Fields { get; private init; } = [];

    /// <summary>Reads a mapping document.</summary>
    /// <param name="utf8">Its bytes.</param>
    public static ParsedMapping Parse(ReadOnlySpan<byte> utf8)
    {
        var problems = new ProblemList();
        var document = utf8.Length > ByteLimit ? TooLarge(problems) : Read(utf8, problems);
        return problems.IsEmpty ? new ParsedMapping(document, []) : new ParsedMapping(null, problems.All);
    }

    static MappingDocument? TooLarge(ProblemList problems)
    {
        problems.Add("", $"The mapping is larger than {ByteLimit / 1024 / 1024} MiB.", "Leave out codes that are not used.");
        return null;
    }

    static MappingDocument? Read(ReadOnlySpan<byte> utf8, ProblemList problems)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]).ToArray(), Strict);
            // Half surrogate pairs and NUL characters are found here, and nowhere later.
            if (CanonicalJson.Of(json.RootElement).AsSpan().IndexOf("\\u0000"u8) >= 0)
                problems.Add("", "The mapping holds a NUL character (\\u0000), which no record may hold.", "Remove it.");
            var document = Read(new ObjectReader(json.RootElement, "", problems), problems);
            document.Digest = SHA256.HashData(utf8);
            return document;
        }
        catch (JsonException exception)
        {
            problems.Add("", $"The mapping is not valid JSON: {exception.Message}", "Correct the text at that place.");
            return null;
        }
    }

    static MappingDocument Read(ObjectReader document, ProblemList problems)
    {
        var rules = new RuleReader(problems);
        foreach (var annotation in (string[])["$schema", "title", "description"])
            document.Take(annotation);
        document.Require("fields", "Write \"fields\": { \"field\": \"COLUMN\", … }.");
        var read = new MappingDocument
        {
            Key = document.Texts("key"),
            Defaults = ReadDefaults(document),
            Tables = ReadTables(document),
            Filter = document.Take("filter") is { } filter ? rules.ReadExpression(filter, "/filter") : null,
            Rejections = ReadRejections(document, rules),
            Fields = document.Take("fields") is { } fields ? rules.ReadFields(fields, "/fields", "") : [],
        };
        document.Finish();
        return read;
    }

    static Defaults ReadDefaults(ObjectReader document)
    {
        if (document.Take("defaults") is not { } element)
            return new Defaults();
        var defaults = new ObjectReader(element, "/defaults", document.Problems);
        var read = new Defaults
        {
            Trim = defaults.Flag("trim") ?? false,
            Empty = defaults.Texts("empty") ?? [""],
            Culture = defaults.Text("culture"),
            TimeZone = defaults.Text("timeZone"),
        };
        defaults.Finish();
        return read;
    }

    static Dictionary<string, IReadOnlyList<KeyValuePair<string, byte[]>>> ReadTables(ObjectReader document)
    {
        var tables = new Dictionary<string, IReadOnlyList<KeyValuePair<string, byte[]>>>(StringComparer.Ordinal);
        if (document.Take("tables") is not { } element)
            return tables;
        foreach (var table in Members(element, "/tables", document.Problems))
        {
            var pointer = Pointer.Append("/tables", table.Name);
            var entries = new List<KeyValuePair<string, byte[]>>();
            foreach (var entry in Members(table.Value, pointer, document.Problems))
            {
                if (entry.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    document.Problems.Add(Pointer.Append(pointer, entry.Name), "A code table holds texts, numbers, booleans and nulls.", "Use one table for each value that the code stands for.");
                else
                    entries.Add(new(entry.Name, CanonicalJson.Of(entry.Value)));
            }
            tables.Add(table.Name, entries);
        }
        return tables;
    }

    static List<RejectionRule> ReadRejections(ObjectReader document, RuleReader rules)
    {
        var rejections = new List<RejectionRule>();
        if (document.Take("reject") is not { } element)
            return rejections;
        if (element.ValueKind != JsonValueKind.Array)
            document.Problems.Add("/reject", "Expected is a list.", "Write [{ \"when\": \"…\", \"code\": \"…\", \"message\": \"…\" }].");
        foreach (var (i, item) in element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().Index() : [])
        {
            var rejection = new ObjectReader(item, Pointer.Append("/reject", i), document.Problems);
            rejection.Require("when", "Say which rows are rejected.");
            rejection.Require("code", "Give the reason a short name, such as \"ends-before-start\".");
            var when = rejection.Take("when") is { } condition ? rules.ReadExpression(condition, rejection.At("when")) : null;
            if (rules.ReadRejection(rejection, "code") is { } reason && when is not null)
                rejections.Add(new RejectionRule(when, reason.Code, reason.Message));
            rejection.Finish();
        }
        return rejections;
    }

    static IEnumerable<JsonProperty> Members(JsonElement element, string pointer, ProblemList problems)
    {
        if (element.ValueKind == JsonValueKind.Object)
            return element.EnumerateObject();
        problems.Add(pointer, "Expected is an object.", "Write { … }.");
        return [];
    }
}

/// <summary>A mapping document, or what is wrong with it.</summary>
/// <param name="Document">The document; null when there are problems.</param>
/// <param name="Problems">All problems found.</param>
public sealed record ParsedMapping(MappingDocument? Document, IReadOnlyList<MappingProblem> Problems);
