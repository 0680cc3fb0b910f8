using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange source</c>: looks at a department's system; stores nothing.</summary>
static class SourceVerb
{
    public static Command Build(CliSession session) => new("source", "Looks at a registered source without storing anything.")
    {
        SourceCheck.Build(session), SourceDiscover.Build(session), SourcePreview.Build(session),
    };

    public static Argument<string> SourceArgument() => new("source") { Description = "Name of the source." };
}
