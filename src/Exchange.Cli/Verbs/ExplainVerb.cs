using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange explain</c>: why a dataset may or may not be read.</summary>
static class ExplainVerb
{
    static readonly string[] Modes = ["lookup", "query", "changes", "push"];

    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var mode = new Option<string>("--mode") { Description = $"The way in which data would leave: {string.Join(", ", Modes)}.", HelpName = "mode", DefaultValueFactory = _ => "query" };
        mode.AcceptOnlyFromAmong(Modes);
        var purpose = new Option<string?>("--purpose") { Description = "The purpose of the read, where there are grants for several.", HelpName = "code" };
        var department = new Option<string?>("--department") { Description = "Another department, for administrators and the provider's stewards.", HelpName = "name" };
        var system = new Option<string?>("--system") { Description = "A system of that department.", HelpName = "id" };
        return new Command("explain", "Tells whether you may read a dataset, and which rule, grant and policy say so.") { dataset, mode, purpose, department, system }
            .Does(async (parsed, cancellationToken) =>
            {
                session.WriteJson(await session.Hub.GetAsync(
                    HubClient.Query(
                        $"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/explain",
                        ("mode", parsed.GetValue(mode)), ("purpose", parsed.GetValue(purpose)), ("department", parsed.GetValue(department)), ("system", parsed.GetValue(system))),
                    cancellationToken));
                return ExitCode.Ok;
            });
    }
}
