using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;

namespace Exchange.Cli.Verbs;

/// <summary>Which record a verb asks about: by key or by fields. What names a person may be typed into standard input, where no list of processes shows it.</summary>
sealed class LookupQuestion
{
    const string StandardInput = "-";

    public Argument<string> Dataset { get; } = CommonOptions.Dataset();

    public Argument<string?> Key { get; } = new("key") { Description = "Key of the record; - reads it from standard input.", Arity = ArgumentArity.ZeroOrOne };

    public Option<string[]> Fields { get; } = Pairs("--field", "Value of a field that the dataset declares for look-ups, in place of the key; may be repeated.");

    public Option<string?> Question { get; } = new("--question") { Description = "File that holds the whole question as JSON, as the API takes it; - is standard input.", HelpName = "file" };

    public Option<string?> Purpose { get; } = CommonOptions.Purpose();

    public Option<string?> Case { get; } = CommonOptions.Case();

    /// <summary>Options of the form <c>/pointer=value</c>.</summary>
    public static Option<string[]> Pairs(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = "pointer=value", DefaultValueFactory = _ => [] };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=') < 1))
                result.AddError($"{name} {token.Value}: give /pointer=value.");
        });
        return option;
    }

    /// <summary>The question as a body for the API.</summary>
    public JsonElement Body(CliSession session, ParseResult parsed, string[] claims)
    {
        session.Hub.State(parsed.GetValue(Purpose), parsed.GetValue(Case));
        if (parsed.GetValue(Question) is { } file)
            return Parse(file == StandardInput ? session.Input.ReadToEnd() : Read(file), file);
        var fields = parsed.GetRequiredValue(Fields);
        var body = new Dictionary<string, object>();
        if (parsed.GetValue(Key) is { } key)
            body["key"] = KeyOf(session, key);
        if (fields.Length > 0)
            body["fields"] = Values(fields);
        if (claims.Length > 0)
            body["claims"] = Values(claims);
        return JsonSerializer.SerializeToElement(body, Json.Compact);
    }

    /// <summary>A key as it was given, or the one line of standard input.</summary>
    public static string KeyOf(CliSession session, string given) => given == StandardInput ? session.Input.ReadLine()?.Trim() ?? "" : given;

    /// <summary>A value that reads as JSON is that; anything else is text: <c>/name=Li</c>, <c>/capital=100</c>, <c>/code="007"</c>.</summary>
    static Dictionary<string, JsonElement> Values(string[] pairs) => pairs.Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0].StartsWith('/') ? pair[0] : "/" + pair[0]).ToDictionary(pair => pair.Key, pair => ValueOf(pair.Last()[1]));

    static JsonElement ValueOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, Json.Compact);
        }
    }

    static JsonElement Parse(string text, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException error)
        {
            throw new CliException(ExitCode.Usage, "The question is not JSON.") { Where = $"{file}, line {error.LineNumber + 1}", Fix = "Write {\"key\": \"…\"}, and for verify claims as well." };
        }
    }

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, error.Message) { Where = file, Fix = "Name a file that can be read." };
        }
    }
}
