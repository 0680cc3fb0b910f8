using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Cli.Verbs;

/// <summary>
/// The options by which a steward approves less than was asked for. Without any of them what was asked is approved; a
/// file says all terms anew.
/// </summary>
sealed class NarrowerTerms
{
    static readonly string[] Masks = ["redact", "last4", "year", "hash"];
    static readonly string[] Operators = ["eq", "in", "gt", "gte", "lt", "lte"];

    readonly Option<FileInfo?> file = new("--terms") { Description = "JSON file with all terms, instead of the options below.", HelpName = "file" };
    readonly Option<string[]> without = new("--without") { Description = "A field that is not given, as a JSON pointer; repeatable.", HelpName = "pointer" };
    readonly Option<string[]> mask = new("--mask") { Description = $"A field of which only a mask is given ({string.Join(", ", Masks)}); repeatable.", HelpName = "pointer=mask" };
    readonly Option<string[]> rows = new("--rows") { Description = $"Only records that meet a condition: pointer, operator ({string.Join(", ", Operators)}) and value; repeatable.", HelpName = "condition" };
    readonly Option<DateTimeOffset?> until = new("--until") { Description = "A shorter period: its end.", HelpName = "time" };

    public IEnumerable<Option> Options => [file, without, mask, rows, until];

    /// <summary>The terms to send; null for those that were asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="asked">Finds what was asked for.</param>
    public async Task<JsonNode?> ReadAsync(ParseResult parsed, Func<Task<JsonElement>> asked)
    {
        if (parsed.GetValue(file) is { } whole)
            return JsonNode.Parse(JsonFile.Read(whole).GetRawText());
        var (hidden, masked, conditions, end) = (parsed.GetValue(without) ?? [], parsed.GetValue(mask) ?? [], parsed.GetValue(rows) ?? [], parsed.GetValue(until));
        if (hidden.Length + masked.Length + conditions.Length == 0 && end is null)
            return null;
        var terms = JsonObject.Create((await asked()).Clone())!;
        foreach (var pointer in hidden)
            Hide(terms, pointer);
        foreach (var text in masked)
            Mask(terms, text);
        foreach (var text in conditions)
            terms["rows"]!.AsArray().Add(ConditionOf(text));
        if (end is { } instant)
            terms["until"] = instant;
        return terms;
    }

    static void Hide(JsonObject terms, string pointer)
    {
        var fields = terms["fields"]!.AsArray();
        if (fields.FirstOrDefault(field => field!.GetValue<string>() == pointer) is not { } found)
            throw new CliException(ExitCode.Usage, $"{pointer} was not asked for.") { Fix = $"Leave out some of {string.Join(", ", fields.Select(field => field!.GetValue<string>()))}." };
        fields.Remove(found);
        terms["masks"]!.AsObject().Remove(pointer);
    }

    static void Mask(JsonObject terms, string text)
    {
        if (text.Split('=') is not [var pointer, var mask] || !Masks.Contains(mask))
            throw new CliException(ExitCode.Usage, $"\"{text}\" is no field with a mask.") { Fix = $"Write --mask /bornOn=year; masks are {string.Join(", ", Masks)}." };
        terms["masks"]![pointer] = mask;
    }

    static JsonObject ConditionOf(string text) => text.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var pointer, var op, var value] && Operators.Contains(op)
        ? new JsonObject { ["field"] = pointer, ["op"] = op, ["values"] = new JsonArray([.. (op == "in" ? value.Split(',') : [value]).Select(each => (JsonNode)each)]) }
        : throw new CliException(ExitCode.Usage, $"\"{text}\" is no condition.") { Fix = "Write --rows \"/district in north,south\" or --rows \"/foundedOn gte 2020-01-01\"." };
}
