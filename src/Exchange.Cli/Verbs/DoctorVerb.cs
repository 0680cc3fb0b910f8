using System.CommandLine;
using System.Net;
using Exchange.Cli.Output;
using Exchange.Sdk;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange doctor</c>: goes the way from here to the hub's database step by step, and says where it ends.</summary>
static class DoctorVerb
{
    public static Command Build(CliSession session) =>
        new Command("doctor", "Checks the way to the hub and the hub itself, and says what to do about what is wrong.")
            .Does(async (_, cancellationToken) =>
            {
                List<CheckStep> steps = [];
                var code = await ExamineAsync(session, steps, cancellationToken);
                CheckView.Write(session.Out, steps);
                return code;
            });

    static async Task<ExitCode> ExamineAsync(CliSession session, List<CheckStep> steps, CancellationToken cancellationToken)
    {
        var (url, saidBy) = session.HubAddress;
        steps.Add(new("address", CheckOutcome.Passed, $"{url} (from {saidBy})"));
        foreach (var (name, look) in Way(session))
            try
            {
                steps.Add(new(name, CheckOutcome.Passed, await look(cancellationToken)));
            }
            catch (CliException error)
            {
                steps.Add(new(name, CheckOutcome.Failed, error.Message, error.Fix));
                return error.Code;
            }
        return await AskHubAsync(session, steps, cancellationToken);
    }

    /// <summary>What the hub finds when it looks at itself, which it tells administrators only.</summary>
    static async Task<ExitCode> AskHubAsync(CliSession session, List<CheckStep> steps, CancellationToken cancellationToken)
    {
        try
        {
            var found = CheckView.Read((await session.Hub.GetAsync("doctor", cancellationToken)).Items("checks")).ToList();
            steps.AddRange(found);
            return found.Exists(step => step.Outcome == CheckOutcome.Failed) ? ExitCode.Failed : ExitCode.Ok;
        }
        catch (CliException error) when (error.Code == ExitCode.NotAllowed)
        {
            steps.Add(new("hub", CheckOutcome.Skipped, "what the hub stands on is shown to administrators only"));
            return ExitCode.Ok;
        }
    }

    /// <summary>Each step needs the one before it.</summary>
    static (string Name, Func<CancellationToken, Task<string>> Look)[] Way(CliSession session) =>
    [
        ("reach", cancellationToken => ReachAsync(session, cancellationToken)),
        ("ready", cancellationToken => ReadyAsync(session, cancellationToken)),
        ("token", _ => Task.FromResult(Token(session))),
        ("sign in", cancellationToken => SignInAsync(session, cancellationToken)),
    ];

    static async Task<string> ReachAsync(CliSession session, CancellationToken cancellationToken)
    {
        var status = await session.Hub.HealthAsync("health/live", cancellationToken);
        return status == HttpStatusCode.OK
            ? "the hub answers"
            : throw new CliException(ExitCode.Unreachable, $"Something answers {(int)status} there, which is not a hub.")
            {
                Fix = "Set EXCHANGE_URL or --url to the hub's address; look for a proxy in between.",
            };
    }

    static async Task<string> ReadyAsync(CliSession session, CancellationToken cancellationToken)
    {
        var status = await session.Hub.HealthAsync("health/ready", cancellationToken);
        return status == HttpStatusCode.OK
            ? "the hub is ready for work"
            : throw new CliException(ExitCode.Unreachable, $"The hub lives but is not ready ({(int)status}): its database is away or still starting.")
            {
                Fix = "Wait a moment; if it stays so, look into the hub's log.",
            };
    }

    static string Token(CliSession session) => session.Token is not null
        ? "EXCHANGE_TOKEN is set"
        : throw new CliException(ExitCode.NotAllowed, "EXCHANGE_TOKEN is not set.")
        {
            Fix = "export EXCHANGE_TOKEN=exh_…; an administrator makes a token with \"exchange token create\".",
        };

    static async Task<string> SignInAsync(CliSession session, CancellationToken cancellationToken)
    {
        var me = await session.Hub.GetAsync("whoami", cancellationToken);
        return $"as {me.Text("name")}, {me.Text("role")}{(me.Text("department") is { } department ? $" of {department}" : "")}";
    }
}
