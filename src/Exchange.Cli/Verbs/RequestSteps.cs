using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary>The verbs of <c>exchange request</c>, in the order of a request's life.</summary>
static class RequestSteps
{
    public static IEnumerable<Command> Build(CliSession session) =>
    [
        Show(session), Draft(session), Amend(session),
        Step(session, "submit", "Submits a request; what is missing is told in one list."),
        Worded(session, "ask", "Asks the requester a question."),
        Worded(session, "answer", "Answers a question."),
        Return(session),
        Step(session, "pre-check", "Passes a complete request on, as its sharing class says."),
        Worded(session, "extend", "Takes more time to decide, once."),
        Approve(session, "approve", "Approves a request, as asked or on narrower terms."),
        Worded(session, "refuse", "Refuses a request."),
        Step(session, "agree", "Confirms the approved terms for the providing department."),
        Step(session, "verify", "Confirms the approved terms for the requesting department; the grant comes out."),
        Step(session, "withdraw", "Takes a request back."),
        Worded(session, "appeal", "Appeals against a refusal."),
        Worded(session, "uphold", "Lets a refusal stand."),
        Approve(session, "overturn", "Overturns a refusal: the request is approved, as asked or on narrower terms."),
    ];

    static Command Show(CliSession session)
    {
        var id = RequestArgument();
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("show", "Shows a request with its history and what you can do to it.") { id, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var view = await session.Hub.GetAsync(await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken), cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(view);
                else
                    RequestOutput.Write(session, view);
                return ExitCode.Ok;
            });
    }

    static Command Draft(CliSession session)
    {
        var file = FileArgument();
        return new Command("draft", "Begins a request from a file, complete or not.") { file }
            .Does(async (parsed, cancellationToken) =>
            {
                var application = JsonFile.Read(parsed.GetRequiredValue(file));
                var begun = await session.Hub.PostAsync("requests", application, cancellationToken);
                RequestOutput.WriteStep(session, begun);
                SimilarVerb.Offer(session, begun);
                return ExitCode.Ok;
            });
    }

    static Command Amend(CliSession session)
    {
        var (id, file) = (RequestArgument(), FileArgument());
        var revision = new Option<int>("--revision") { Description = "The revision that the file was made from, as \"exchange request show\" tells it.", HelpName = "n", Required = true };
        return new Command("amend", "Replaces what a draft or a returned request says.") { id, file, revision }
            .Does(async (parsed, cancellationToken) =>
            {
                var body = JsonFile.Read(parsed.GetRequiredValue(file));
                var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                RequestOutput.WriteStep(session, await session.Hub.PutAsync(
                    path, System.Text.Encoding.UTF8.GetBytes(body.GetRawText()), cancellationToken, $"\"{parsed.GetRequiredValue(revision)}\""));
                return ExitCode.Ok;
            });
    }

    static Command Return(CliSession session)
    {
        var id = RequestArgument();
        var missing = new Option<string[]>("--missing") { Description = "What is missing, as the pointer into the request, a blank and a sentence; repeatable.", HelpName = "pointer text", Required = true };
        return new Command("return", "Returns a request with one list of everything missing.") { id, missing }
            .Does((parsed, cancellationToken) => DoAsync(session, parsed.GetRequiredValue(id), "return", new { missing = parsed.GetRequiredValue(missing).Select(ItemOf) }, cancellationToken));
    }

    static Command Approve(CliSession session, string verb, string description)
    {
        var id = RequestArgument();
        var narrower = new NarrowerTerms();
        var reason = new Option<string?>("--reason") { Description = "Why, for the requester and the audit log.", HelpName = "text", Required = verb == "overturn" };
        var command = new Command(verb, description) { id };
        foreach (var option in narrower.Options)
            command.Add(option);
        command.Add(reason);
        return command.Does(async (parsed, cancellationToken) =>
        {
            var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            var terms = await narrower.ReadAsync(parsed, async () => AskedIn(await session.Hub.GetAsync(path, cancellationToken)));
            RequestOutput.WriteStep(session, await session.Hub.PostAsync($"{path}/{verb}", new { terms, reason = parsed.GetValue(reason) }, cancellationToken));
            return ExitCode.Ok;
        });
    }

    static Command Step(CliSession session, string verb, string description)
    {
        var id = RequestArgument();
        return new Command(verb, description) { id }
            .Does((parsed, cancellationToken) => DoAsync(session, parsed.GetRequiredValue(id), verb, null, cancellationToken));
    }

    static Command Worded(CliSession session, string verb, string description)
    {
        var id = RequestArgument();
        var reason = new Option<string>("--reason") { Description = "Why, or what is asked or answered; it is told to the other side.", HelpName = "text", Required = true };
        return new Command(verb, description) { id, reason }
            .Does((parsed, cancellationToken) => DoAsync(session, parsed.GetRequiredValue(id), verb, new { reason = parsed.GetRequiredValue(reason) }, cancellationToken));
    }

    static async Task<ExitCode> DoAsync(CliSession session, string id, string verb, object? body, CancellationToken cancellationToken)
    {
        var path = await PathAsync(session, id, cancellationToken);
        RequestOutput.WriteStep(session, await session.Hub.PostAsync($"{path}/{verb}", body, cancellationToken));
        return ExitCode.Ok;
    }

    static JsonElement AskedIn(JsonElement view) => view.Member("request")?.Member("asked")
        ?? throw new CliException(ExitCode.Conflict, "The request was not submitted yet.") { Fix = "Only what was submitted can be approved." };

    static object ItemOf(string text) => text.Split(' ', 2) is [var pointer, var message]
        ? new { pointer, message }
        : throw new CliException(ExitCode.Usage, $"\"{text}\" names no pointer, or says nothing about it.") { Fix = "Write --missing \"/retention says nothing about copies\"." };

    static async Task<string> PathAsync(CliSession session, string id, CancellationToken cancellationToken) =>
        $"requests/{await SharingLookup.FindAsync(session.Hub, "requests", "request", id, cancellationToken)}";

    static Argument<string> RequestArgument() => new("request") { Description = "The request as \"exchange request\" lists it." };

    static Argument<FileInfo> FileArgument() => new("file") { Description = "JSON file with the application, in the form that the hub's README of Sharing describes." };
}
