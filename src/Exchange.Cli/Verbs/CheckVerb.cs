using System.CommandLine;
using Exchange.Cli.Documents;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange check</c>: finds what is wrong with a folder of documents without a hub.</summary>
static class CheckVerb
{
    public static Command Build(CliSession session)
    {
        var folder = new Argument<string>("folder") { Description = "Folder with departments/, schemas/, sources/, mappings/ and datasets/." };
        return new Command("check", "Checks a folder of documents offline: schemas and their examples, mappings and their tests, and what refers to what.") { folder }
            .Does((parsed, _) => Task.FromResult(Check(session, parsed.GetRequiredValue(folder))));
    }

    static ExitCode Check(CliSession session, string root)
    {
        var folder = DocumentFolder.Read(root);
        List<ErrorDetail> errors = [.. folder.Errors, .. References.Check(folder)];
        foreach (var error in errors)
            ErrorView.WriteDetail(session.Out, error, "");
        return errors.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
