using System.CommandLine;
using Exchange.Cli.Documents;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange apply</c>: makes the hub hold what a folder of documents says. Applying twice changes nothing.</summary>
static class ApplyVerb
{
    static readonly string[] Changes = ["created", "updated", "unchanged", "failed"];

    public static Command Build(CliSession session)
    {
        var folder = new Argument<string>("folder") { Description = "Folder with departments/, schemas/, sources/, mappings/ and datasets/." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Shows what would change and changes nothing." };
        return new Command("apply", "Registers the departments, schemas, sources, mappings and datasets that a folder describes.") { folder, dryRun }
            .Does((parsed, cancellationToken) =>
                ApplyAsync(session, parsed.GetRequiredValue(folder), parsed.GetValue(dryRun), cancellationToken));
    }

    static async Task<ExitCode> ApplyAsync(CliSession session, string root, bool dryRun, CancellationToken cancellationToken)
    {
        var folder = DocumentFolder.Read(root);
        ErrorDetail[] errors = [.. folder.Errors, .. folder.Documents
            .Where(document => document.Kind == DocumentKind.Source)
            .SelectMany(document => SecretResolver.Resolve(document, session.Environment).Errors)];
        if (errors.Length > 0)
            throw new CliException(ExitCode.Failed, $"{Words.Count(errors.Length, "thing")} in {root} must be mended first; nothing was sent.") { Details = errors };

        var applier = new DocumentApplier(session.Hub, session.Environment, dryRun);
        List<ApplyOutcome> outcomes = [];
        foreach (var group in folder.Documents.GroupBy(document => document.Kind))
        {
            foreach (var document in group)
            {
                outcomes.Add(await applier.ApplyAsync(document, cancellationToken));
                ApplyView.Write(session.Out, await WithLookAlikesAsync(session.Hub, outcomes[^1], cancellationToken));
            }
            if (outcomes.Exists(outcome => outcome.Error is not null))
                break; // what comes after depends on what has just failed
        }
        return Summarise(session, outcomes, folder.Documents.Count - outcomes.Count, dryRun);
    }

    /// <summary>A dataset that is being made may be there already, under another name.</summary>
    static async Task<ApplyOutcome> WithLookAlikesAsync(HubClient hub, ApplyOutcome outcome, CancellationToken cancellationToken)
    {
        var (document, change) = (outcome.Document, outcome.Change);
        if (document.Kind != DocumentKind.Dataset || change != "created" || await SimilarVerb.LikeAsync(hub, document.Name, document.Json, cancellationToken) is not { Count: > 0 } like)
            return outcome;
        return outcome with { Notes = [.. outcome.Notes, $"looks like {string.Join(", ", like)}: is it needed once more?"] };
    }

    static ExitCode Summarise(CliSession session, List<ApplyOutcome> outcomes, int notTried, bool dryRun)
    {
        var counts = Changes
            .Select(change => (change, count: outcomes.Count(outcome => outcome.Change == change)))
            .Where(pair => pair.count > 0)
            .Select(pair => $"{pair.count} {pair.change}");
        var rest = notTried > 0 ? $", {notTried} not tried because of the errors above" : "";
        var sentence = string.Join(", ", counts) + rest;
        session.Out.Blank();
        if (dryRun)
            session.Out.Line($"[bold]Dry run:[/] {sentence}. Nothing was changed.");
        else
            session.Out.Line($"[bold]{sentence}.[/]");
        var codes = outcomes.Where(outcome => outcome.Error is not null).Select(outcome => outcome.Error!.Code).Distinct().ToList();
        return codes switch
        {
            [] => ExitCode.Ok,
            [var code] => code,
            _ => ExitCode.Failed,
        };
    }
}
