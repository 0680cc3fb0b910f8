using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange lookup</c>: one record, by its key or by declared fields.</summary>
static class LookupVerb
{
    public static Command Build(CliSession session)
    {
        var question = new LookupQuestion();
        return new Command("lookup", "Looks one record up by its key or by fields that the dataset declares, with its source.")
        {
            question.Dataset, question.Key, question.Fields, question.Question, question.Purpose, question.Case,
        }.Does(async (parsed, cancellationToken) =>
        {
            var body = question.Body(session, parsed, []);
            session.WriteJson(await session.Hub.PostAsync($"datasets/{HubClient.Segment(parsed.GetRequiredValue(question.Dataset))}/lookup", body, cancellationToken));
            return ExitCode.Ok;
        });
    }
}

/// <summary><c>exchange verify</c>: whether claims about a record hold.</summary>
static class VerifyVerb
{
    public static Command Build(CliSession session)
    {
        var question = new LookupQuestion();
        var claims = LookupQuestion.Pairs("--claim", "Value that the record is said to have, as JSON or else as text; may be repeated.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("verify", "Tells whether claims about a record hold, without showing it: exit code 0 for yes, 1 for no, 4 where there is no such record.")
        {
            question.Dataset, question.Key, claims, question.Fields, question.Question, question.Purpose, question.Case, output,
        }.Does(async (parsed, cancellationToken) =>
        {
            var body = question.Body(session, parsed, parsed.GetRequiredValue(claims));
            var verdict = await session.Hub.PostAsync($"datasets/{HubClient.Segment(parsed.GetRequiredValue(question.Dataset))}/verify", body, cancellationToken);
            if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                session.WriteJson(verdict);
            else
            {
                session.Out.Line($"[bold]{verdict.Text("answer")}[/]  as of publication {verdict.Member("source")?.Text("publication")}");
                foreach (var claim in verdict.Member("claims")?.EnumerateObject().ToList() ?? [])
                    session.Out.Line($"{claim.Value.AsText(),-4} {claim.Name}");
            }
            return verdict.Text("answer") switch { "yes" => ExitCode.Ok, "no" => ExitCode.Failed, _ => ExitCode.NotFound };
        });
    }
}
