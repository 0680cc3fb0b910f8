using System.Text.Json;

namespace Exchange.Cli.Documents;

/// <summary>What became of one document.</summary>
/// <param name="Document">The document.</param>
/// <param name="Change"><c>created</c>, <c>updated</c>, <c>unchanged</c> or <c>failed</c>.</param>
/// <param name="Changes">What differs from what the hub holds.</param>
/// <param name="Notes">What the hub remarks.</param>
/// <param name="Error">Why it failed.</param>
sealed record ApplyOutcome(
    Document Document, string Change, IReadOnlyList<JsonElement> Changes, IReadOnlyList<string> Notes, CliException? Error = null);

/// <summary>Sends documents to the hub one by one, or asks what sending them would change.</summary>
sealed class DocumentApplier(HubClient hub, Func<string, string?> environment, bool dryRun)
{
    readonly HashSet<(DocumentKind, string)> notYetThere = [];

    /// <exception cref="CliException">No document can be applied: the hub is away, or does not let us.</exception>
    public async Task<ApplyOutcome> ApplyAsync(Document document, CancellationToken cancellationToken)
    {
        var missing = document.References.Where(reference => notYetThere.Contains((reference.Kind, reference.Name))).ToList();
        try
        {
            var outcome = missing.Count > 0
                ? await ForeseeAsync(document, missing, cancellationToken)
                : await PutAsync(document, cancellationToken);
            if (dryRun && outcome.Change == "created")
                notYetThere.Add((document.Kind, document.Name));
            return outcome;
        }
        catch (CliException error) when (error.Code is not (ExitCode.Unreachable or ExitCode.NotAllowed))
        {
            return new ApplyOutcome(document, "failed", [], [], error);
        }
    }

    async Task<ApplyOutcome> PutAsync(Document document, CancellationToken cancellationToken)
    {
        var (utf8, _) = SecretResolver.Resolve(document, environment);
        var path = dryRun ? HubClient.Query(document.Path, ("dryRun", "true")) : document.Path;
        var answer = await hub.PutAsync(path, utf8, cancellationToken);
        return new ApplyOutcome(document, answer.Text("change") ?? "updated", [.. answer.Items("changes")], [.. NotesOf(answer)]);
    }

    /// <summary>In a dry run the hub cannot check what refers to something that this very apply would create.</summary>
    async Task<ApplyOutcome> ForeseeAsync(Document document, List<Reference> missing, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", missing.Select(reference => $"{reference.Kind.ToString().ToLowerInvariant()} {reference.Name}"));
        string[] notes = [$"the hub can check it only once {names} is there"];
        try
        {
            await hub.GetAsync(document.Path, cancellationToken);
            return new ApplyOutcome(document, "updated", [], notes);
        }
        catch (CliException error) when (error.Code == ExitCode.NotFound)
        {
            return new ApplyOutcome(document, "created", [], notes);
        }
    }

    /// <summary>What the hub says about a schema: warnings, and what breaks with the version before.</summary>
    static IEnumerable<string> NotesOf(JsonElement answer)
    {
        if (answer.Member("report") is not { } report)
            return [];
        var breaks = report.Items("reasons")
            .Where(change => change.Text("impact") == "breaking")
            .Select(change => $"breaks with {report.Text("comparedWith")}: {change.Text("pointer")}: {change.Text("what")}; {change.Text("why")}");
        return report.Items("warnings").Select(warning => warning.AsText()).Concat(breaks);
    }
}
