using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange search</c>: what the catalog has on something.</summary>
static class SearchVerb
{
    static readonly string[] Facets = ["department", "theme", "class", "mode", "schema", "updated"];

    public static Command Build(CliSession session)
    {
        var words = new Argument<string[]>("words") { Description = "Words to look for, English or Chinese; the last may be the beginning of one.", Arity = ArgumentArity.ZeroOrMore };
        var chosen = Facets.Select(facet => new Option<string[]>($"--{facet}") { Description = $"Only datasets with this {facet}; may be given several times.", HelpName = "value" }).ToList();
        var limit = CommonOptions.Limit(20, "Datasets shown at most.");
        var output = Listing.Output();
        var search = new Command("search", "Searches the catalog, and tells how many datasets each further choice would leave.") { words, limit, output };
        foreach (var option in chosen)
            search.Add(option);
        return search.Does(async (parsed, cancellationToken) =>
        {
            var text = string.Join(' ', parsed.GetValue(words) ?? []);
            var parameters = chosen.SelectMany((option, i) => (parsed.GetValue(option) ?? []).Select(value => (Facets[i], (object?)value)));
            var answer = await session.Hub.GetAsync(
                HubClient.Query("catalog/search", [("q", text.Length == 0 ? null : text), ("limit", parsed.GetValue(limit)), .. parameters]), cancellationToken);
            var form = parsed.GetValue(output);
            var code = Listing.Write(session, answer, form, Table(), AddRow(session), $"Nothing on the catalog has all of these words.");
            if (form == CommonOptions.Table)
                WriteFacets(session, answer);
            return code;
        });
    }

    static TextTable Table() => new(
        new Column("DATASET"), new Column("TITLE", Fit.Clip), new Column("DEPARTMENT", Fit.Clip), new Column("CLASS"), new Column("PUBLISHED"), new Column("WHERE", Fit.Clip));

    static Action<TextTable, JsonElement> AddRow(CliSession session) => (table, item) => table.Add(
        item.Text("name"), Words.Title(item.Member("title"), session.Environment), item.Text("department"), item.Text("class"),
        Words.ShortTime(item.Time("publishedAt"), session.TimeProvider), item.Member("snippet")?.Text("text") ?? "");

    static void WriteFacets(CliSession session, JsonElement answer)
    {
        foreach (var facet in Facets)
        {
            var counts = (answer.Member("facets")?.Items(facet) ?? []).Take(8).Select(count => $"{count.Text("value")} ({count.Text("count")})").ToList();
            if (counts.Count > 1)
                session.Hint($"[dim]--{facet}[/]  {string.Join(", ", counts)}");
        }
    }
}
