using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange source check</c>: can the hub read this source, and if not, at which step does it end?</summary>
static class SourceCheck
{
    public static Command Build(CliSession session)
    {
        var source = SourceVerb.SourceArgument();
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("check", "Tries a source step by step: reach it, sign in, list, read; ends with 1 when a step fails.") { source, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.PostAsync(
                    $"sources/{HubClient.Segment(parsed.GetRequiredValue(source))}/check", null, cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(answer);
                else
                    CheckView.Write(session.Out, [.. CheckView.Read(answer.Items("steps"))]);
                return answer.Flag("ok") ? ExitCode.Ok : ExitCode.Failed;
            });
    }
}
