using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange similar</c>: what there is already, before somebody builds or asks for it once more.</summary>
static class SimilarVerb
{
    const int MostOffered = 5;

    public static Command Build(CliSession session)
    {
        var title = new Option<string?>("--title") { Description = "What it is about.", HelpName = "text" };
        var fields = new Option<string?>("--fields") { Description = "Fields that it should have, by name or title, parted by commas.", HelpName = "names" };
        var schema = new Option<string?>("--schema") { Description = "Schema that its records follow.", HelpName = "name" };
        var output = Listing.Output();
        var similar = new Command("similar", "Finds datasets that look like one that is about to be made or asked for.") { title, fields, schema, output };
        similar.Validators.Add(result =>
        {
            if (result.GetValue(title) is null && result.GetValue(fields) is null && result.GetValue(schema) is null)
                result.AddError("Say what it should be like: --title, --fields or --schema.");
        });
        return similar.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query("similar", ("title", parsed.GetValue(title)), ("fields", parsed.GetValue(fields)), ("schema", parsed.GetValue(schema))), cancellationToken);
            return Listing.Write(session, answer, parsed.GetValue(output), Table(), AddRow(session), $"Nothing on the catalog looks like it.");
        });
    }

    /// <summary>Tells somebody who has begun a request which other datasets have such fields; nothing where there is none.</summary>
    public static void Offer(CliSession session, JsonElement begun)
    {
        var others = begun.Items("similar").Select(Name).ToList();
        if (others.Count > 0)
            session.Hint($"[dim]These have such fields, too:[/]  {string.Join(", ", others)}");
    }

    /// <summary>What looks like a dataset that is about to be made, for people; empty where nothing does, or the hub cannot say.</summary>
    public static async Task<IReadOnlyList<string>> LikeAsync(HubClient hub, string name, JsonElement dataset, CancellationToken cancellationToken)
    {
        var title = dataset.Member("title") is { ValueKind: JsonValueKind.Object } titles ? titles.Text("en") ?? titles.EnumerateObject().Select(text => text.Value.AsText()).FirstOrDefault() : null;
        try
        {
            var answer = await hub.GetAsync(HubClient.Query("similar", ("title", title ?? name), ("schema", dataset.Text("schema")), ("limit", MostOffered + 1)), cancellationToken);
            return [.. answer.Items("items").Where(item => item.Text("dataset") != name).Take(MostOffered).Select(Name)];
        }
        catch (CliException)
        {
            return []; // a word in passing; whatever is wrong is told by what was asked for
        }
    }

    static string Name(JsonElement item) => $"{item.Text("dataset")} ({item.Text("department")})";

    static TextTable Table() => new(new Column("DATASET"), new Column("TITLE", Fit.Clip), new Column("DEPARTMENT", Fit.Clip), new Column("LIKENESS", Right: true), new Column("SHARED FIELDS", Fit.Clip));

    static Action<TextTable, JsonElement> AddRow(CliSession session) => (table, item) => table.Add(
        item.Text("dataset"), Words.Title(item.Member("title"), session.Environment), item.Text("department"), Percent(item),
        string.Join(", ", item.Items("sharedFields").Select(field => field.AsText())));

    static string Percent(JsonElement item) => item.Member("likeness") is { } likeness ? likeness.GetDouble().ToString("P0", CultureInfo.InvariantCulture) : "";
}
