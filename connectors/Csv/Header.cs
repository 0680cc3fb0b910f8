using System.Text;
using Exchange.Sdk;

namespace Exchange.Connectors.Csv;

/// <summary>Names of the columns, from the row in hand.</summary>
static class Header
{
    public static IReadOnlyList<SourceColumn> Read(RowParser parser, TextWindow window, CsvOptions options, Func<string, ConnectorException> wrong)
    {
        var row = parser.Row;
        if (!options.Header)
            return [.. Enumerable.Range(1, row.FieldCount).Select(number => new SourceColumn($"column{number}", ValueKind.Text))];
        if (parser.Malformed is not null)
            throw wrong($"has a header row with unbalanced quotes on line {parser.Line}. Are \"separator\", \"quote\" and \"skipLines\" right?");
        if (window.FlawIn(parser.RowStart, parser.RowEnd) is { } flaw)
            throw wrong($"has byte 0x{Convert.ToHexString(flaw.Bytes)} at offset {flaw.SourceOffset} in its header row, which is no text in {window.EncodingName}. Likely is {TextEncodings.Likely(row.RawRecord)}.");
        var names = Enumerable.Range(0, row.FieldCount).Select(i => Encoding.UTF8.GetString(row.GetSpan(i)).Trim()).ToList();
        for (var i = 0; i < names.Count; i++)
            names[i] = names[i].Length == 0 ? $"column{i + 1}" : names[i];
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw wrong($"has two columns \"{twice.Key}\" in its header on line {parser.Line}. Ask the sender for distinct names, or set \"header\" to false, \"skipLines\" to {parser.Line} and give \"columns\".");
        return [.. names.Select(name => new SourceColumn(name, ValueKind.Text))];
    }
}
