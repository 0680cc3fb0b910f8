using System.CommandLine;
using Exchange.Cli.Output;
using Exchange.Cli.Verbs;

namespace Exchange.Cli;

/// <summary>The <c>exchange</c> command line: parses, runs one verb, and turns what went wrong into words and an exit code.</summary>
public static class CliApp
{
    static readonly ParserConfiguration Parsing = new()
    {
        ResponseFileTokenReplacer = null, // a value may begin with @
    };

    /// <summary>Runs one command line.</summary>
    /// <returns>The process's exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<ExitCode> RunAsync(string[] args, CliHost host, CancellationToken cancellationToken = default)
    {
        using var session = new CliSession(host);
        try
        {
            var parsed = BuildRootCommand(session).Parse(args, Parsing);
            if (parsed.Errors.Count > 0)
                return ReportUsage(parsed, session, args);
            session.UseUrl(parsed.GetValue(session.Url));
            return (ExitCode)await parsed.InvokeAsync(Invocation(session.OutText, session.ErrorText), cancellationToken);
        }
        catch (CliException error)
        {
            session.Flush();
            ErrorView.Write(session.Error, error);
            return error.Code;
        }
        catch (OperationCanceledException)
        {
            session.Flush();
            session.Error.Line($"Interrupted.");
            return ExitCode.Interrupted;
        }
        finally
        {
            session.Flush();
        }
    }

    /// <summary>The tree of verbs and options, for documentation and its test.</summary>
    public static RootCommand BuildRootCommand() => BuildRootCommand(new CliSession(new CliHost
    {
        Output = Stream.Null,
        Error = TextWriter.Null,
        Environment = _ => null,
    }));

    static RootCommand BuildRootCommand(CliSession session)
    {
        var root = new RootCommand("Reads departments' data into the Exchange hub, and published datasets out of it.")
        {
            session.Url,
        };
        Command[] verbs =
        [
            ApplyVerb.Build(session), CheckVerb.Build(session), SourceVerb.Build(session),
            RunVerb.Build(session), RunsVerb.Build(session), RejectsVerb.Build(session),
            DatasetsVerb.Build(session), SearchVerb.Build(session), SchemaVerb.Build(session), RecordsVerb.Build(session), ExportVerb.Build(session),
            LookupVerb.Build(session), VerifyVerb.Build(session), LicenceVerb.Build(session), ChangesVerb.Build(session), FollowVerb.Build(session),
            MigrateVerb.Build(session), MigrateVerb.BuildReconcile(session),
            PolicyVerb.Build(session), RequestVerb.Build(session), GrantVerb.Build(session), SubscriptionVerb.Build(session), ExplainVerb.Build(session), UseVerb.Build(session),
            SimilarVerb.Build(session), CorrectionVerb.Build(session), TaskVerb.Build(session), ClockVerb.Build(session), CalendarVerb.Build(session), SystemVerb.Build(session),
            AuditVerb.Build(session), TokenVerb.Build(session),
            PersonVerb.Build(session), SignInVerb.BuildIn(session), SignInVerb.BuildOut(session), WhoAmIVerb.Build(session), DoctorVerb.Build(session),
        ];
        foreach (var verb in verbs)
            root.Add(verb);
        return root;
    }

    static InvocationConfiguration Invocation(TextWriter output, TextWriter error) => new()
    {
        Output = output,
        Error = error,
        EnableDefaultExceptionHandler = false,
    };

    /// <summary>Help belongs on standard output when it was asked for; an incomplete command line gets it on standard error.</summary>
    static ExitCode ReportUsage(ParseResult parsed, CliSession session, string[] args)
    {
        var command = string.Join(' ', CommandPath(parsed));
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
            parsed.CommandResult.Command.Parse("--help", Parsing).Invoke(Invocation(session.ErrorText, session.ErrorText));
        else
            ErrorView.Write(session.Error, new CliException(ExitCode.Usage, string.Join(' ', parsed.Errors.SelectMany(error => error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))
            {
                Where = $"exchange {string.Join(' ', args)}",
                Fix = $"{command} --help shows what may be given.",
            });
        return ExitCode.Usage;
    }

    static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        var path = new Stack<string>();
        for (var result = (System.CommandLine.Parsing.SymbolResult?)parsed.CommandResult; result is not null; result = result.Parent)
            path.Push(((System.CommandLine.Parsing.CommandResult)result).Command.Name);
        return path;
    }
}
