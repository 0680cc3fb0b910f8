using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary>Lists that are shown as a table, or as the hub's own JSON.</summary>
static class Listing
{
    /// <summary>The forms that a list is shown in.</summary>
    public static Option<string> Output() => CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);

    /// <summary>Shows a list in the form wanted.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="answer">The hub's answer, with its <c>items</c>.</param>
    /// <param name="form">One of <see cref="Output"/>.</param>
    /// <param name="table">An empty table.</param>
    /// <param name="row">Adds an item to it.</param>
    /// <param name="empty">What is said when there is nothing.</param>
    public static ExitCode Write(CliSession session, JsonElement answer, string? form, TextTable table, Action<TextTable, JsonElement> row, FormattableString empty)
    {
        if (form == CommonOptions.JsonFormat)
            session.WriteJson(answer);
        else if (form == CommonOptions.NdjsonFormat)
            session.WriteNdjson(answer.Items("items"));
        else
        {
            foreach (var item in answer.Items("items"))
                row(table, item);
            if (table.Count > 0)
                table.WriteTo(session.Out);
            else
                session.Hint(empty);
        }
        return ExitCode.Ok;
    }
}
