using System.CommandLine;
using Exchange.Cli.Checking;
using Exchange.Cli.Documents;
using Exchange.Cli.Output;
using Exchange.Sdk;

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
        var plugins = PluginCatalog.Load(AppContext.BaseDirectory);
        var reports = new FolderCheck(folder, plugins, session.TimeProvider).Run().ToList();
        CheckReportView.Write(session.Out, reports, folder.Errors);
        foreach (var problem in plugins.Problems)
            session.Hint($"[yellow]{problem}[/]");
        return folder.Errors.Count == 0 && reports.TrueForAll(report => report.Errors.Count == 0) ? ExitCode.Ok : ExitCode.Failed;
    }
}
