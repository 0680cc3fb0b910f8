using System.Text.Json;
using Exchange.Cli.Verbs;

namespace Exchange.Cli.Output;

/// <summary>Tells where a request stands, how it came there, and what may be done next.</summary>
static class RequestOutput
{
    /// <summary>One line after a step, and what may be done next.</summary>
    public static void WriteStep(CliSession session, JsonElement view)
    {
        WriteHead(session, view);
        WriteOpen(session, view);
    }

    /// <summary>The whole request.</summary>
    public static void Write(CliSession session, JsonElement view)
    {
        WriteHead(session, view);
        if (view.Member("request") is not { } request)
            return;
        SharingLookup.Write(session, request, "consumer", "provider", "schema", "grant");
        if (request.Member("application") is { } application)
            SharingLookup.Write(session, application, "purpose", "legalBasis", "scenario", "frequency", "controller", "necessity", "retention", "security");
        foreach (var name in new[] { "asked", "approved" })
        {
            if (request.Member(name) is { } terms)
                session.Out.Line($"[dim]{name,-10}[/] {terms.ToCompact()}");
        }
        var table = new TextTable(new Column("REVISION", Right: true), new Column("WHEN"), new Column("WHO", Fit.Clip), new Column("DEED"), new Column("STATE"), new Column("REASON", Fit.Clip));
        foreach (var step in view.Items("history"))
            table.Add(
                step.Text("revision"), Words.Time(step.Time("at"), session.TimeProvider), step.Text("name"), step.Text("deed"), Words.StateCell(step.Text("to")), step.Text("reason"));
        table.WriteTo(session.Out);
        WriteOpen(session, view);
    }

    static void WriteHead(CliSession session, JsonElement view)
    {
        if (view.Member("request") is { } request)
            session.Out.Line($"Request {ShortId.Of(request.Text("id") ?? "")} for [bold]{request.Text("dataset")}[/] is {request.Text("state")}, revision {request.Text("revision")}.");
    }

    static void WriteOpen(CliSession session, JsonElement view)
    {
        var open = string.Join(", ", view.Items("open").Select(deed => deed.AsText()));
        if (open.Length > 0)
            session.Hint($"[dim]You can:[/]  {open}");
    }
}
