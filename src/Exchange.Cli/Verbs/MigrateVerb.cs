using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange migrate</c> and <c>exchange reconcile</c>: a dataset into a table, with proof that it is all there.</summary>
static class MigrateVerb
{
    static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var to = new Option<FileInfo>("--to")
        {
            Description = "JSON file with the options of the table, secrets as {\"env\":\"NAME\"}.",
            HelpName = "file",
            Required = true,
        };
        var report = Report();
        var keep = new Option<bool>("--keep") { Description = "Leaves the subscription, so that the table goes on to receive what is published." };
        var purpose = CommonOptions.Purpose();
        return new Command("migrate", "Moves a dataset into a table of your own database, holds the one against the other, and keeps the hub's signed report of what was moved.") { dataset, to, report, keep, purpose }
            .Does(async (parsed, cancellationToken) =>
            {
                var (name, file) = (parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(report));
                var target = Resolve(JsonFile.Read(parsed.GetRequiredValue(to)), session.Environment);
                var made = await session.Hub.PostAsync("subscriptions", new { dataset = name, kind = "table", title = $"Migration of {name}", target, purpose = parsed.GetValue(purpose) }, cancellationToken);
                var id = made.Member("subscription")!.Value.Text("id")!;
                session.Hint($"[dim]Subscription[/] {id} [dim]loads the table.[/]");
                await UntilLoadedAsync(session, id, cancellationToken);
                var code = await ReconcileAsync(session, id, file, cancellationToken);
                if (code == ExitCode.Ok && !parsed.GetValue(keep))
                    await session.Hub.PostAsync($"subscriptions/{id}/end", new { reason = "The migration is done." }, cancellationToken);
                return code;
            });
    }

    public static Command BuildReconcile(CliSession session)
    {
        var subscription = new Argument<string>("subscription") { Description = "Id of the subscription that keeps the table." };
        var report = Report();
        return new Command("reconcile", "Holds a table against the dataset that it is kept from, and keeps the hub's signed report.") { subscription, report }
            .Does(async (parsed, cancellationToken) =>
            {
                var id = await SharingLookup.FindAsync(session.Hub, "subscriptions", "subscription", parsed.GetRequiredValue(subscription), cancellationToken);
                return await ReconcileAsync(session, id, parsed.GetRequiredValue(report), cancellationToken);
            });
    }

    /// <summary>Waits for the table. A target that is away for a while is waited for; one that needs a person is not.</summary>
    static async Task UntilLoadedAsync(CliSession session, string id, CancellationToken cancellationToken)
    {
        string? told = null;
        while (true)
        {
            var now = await session.Hub.GetAsync($"subscriptions/{id}", cancellationToken);
            var problem = now.Text("problem");
            if (now.Flag("whole") && problem is null)
                return;
            if (now.Text("state") != "active")
                throw new CliException(ExitCode.Failed, problem ?? now.Text("stateReason") ?? "The subscription was set aside.") { Where = $"subscription {id}", Fix = $"Mend that, resume the subscription, and then: exchange reconcile {id} --report FILE" };
            if (problem is not null && problem != told)
                session.Hint($"{told = problem} [dim]The hub tries again.[/]");
            await Task.Delay(interval, session.TimeProvider, cancellationToken);
        }
    }

    static async Task<ExitCode> ReconcileAsync(CliSession session, string id, FileInfo file, CancellationToken cancellationToken)
    {
        var answer = await session.Hub.PostAsync($"subscriptions/{id}/reconcile", new { }, cancellationToken);
        Write(file, JsonSerializer.Serialize(answer, Json.Indented));
        var report = answer.Member("report")!.Value;
        long Count(string name) => report.Number(name) ?? 0;
        var faults = Count("missing") + Count("extra") + Count("different");
        session.Out.Line($"{Words.Count(Count("records"), "record")} of {report.Text("dataset")}, publication {report.Text("publication")}: {Words.Count(Count("rows"), "row")}, {Count("equal")} equal, {Count("missing")} missing, {Count("extra")} extra, {Count("different")} different.");
        session.Hint($"[dim]Signed report in[/] {file.FullName}");
        return faults == 0 ? ExitCode.Ok : ExitCode.Partial;
    }

    static void Write(FileInfo file, string text)
    {
        try
        {
            File.WriteAllText(file.FullName, text + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, "The report cannot be written.") { Where = file.FullName, Fix = error.Message };
        }
    }

    /// <summary>The options with secrets from the environment, so that no file holds them.</summary>
    static JsonObject Resolve(JsonElement options, Func<string, string?> environment)
    {
        var resolved = JsonNode.Parse(options.GetRawText()) as JsonObject
            ?? throw new CliException(ExitCode.Usage, "The options of a table are a JSON object.") { Where = "--to" };
        foreach (var (name, value) in resolved.ToList())
        {
            if (value is JsonObject { Count: 1 } reference && reference["env"] is JsonValue variable && variable.TryGetValue<string>(out var key))
                resolved[name] = environment(key) ?? throw new CliException(ExitCode.Usage, $"The environment variable {key} is not set.") { Where = $"--to, {name}", Fix = $"Set it, then try again: export {key}=…" };
        }
        return resolved;
    }

    static Option<FileInfo> Report() => new("--report") { Description = "File that the signed report is written to.", HelpName = "file", Required = true };
}
