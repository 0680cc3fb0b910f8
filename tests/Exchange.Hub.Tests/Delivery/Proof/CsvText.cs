using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>CSV as RFC 4180 has it, character by character.</summary>
static class CsvText
{
    /// <summary>The rows of a text, header line first.</summary>
    public static List<List<string>> Read(string text)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"')
                cell.Append(text[i++]);
            else if (text[i] == '"')
                quoted = !quoted;
            else if (!quoted && text[i] == ',')
                End();
            else if (!quoted && text[i] == '\r' && text[i + 1] == '\n')
            {
                End();
                rows.Add(row);
                row = [];
                i++;
            }
            else
                cell.Append(text[i]);
        }
        return rows;

        void End()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }
    }

    /// <summary>What stands in a cell for a field of a record that may be seen.</summary>
    public static string Cell(string record, string pointer)
    {
        var node = pointer[1..].Split('/').Aggregate(JsonNode.Parse(record), (at, name) => (at as JsonObject)?[name.Replace("~1", "/", StringComparison.Ordinal)]);
        if (node is null)
            return "";
        if (node.GetValueKind() != JsonValueKind.String)
            return node.ToJsonString();
        var text = node.GetValue<string>();
        return text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + text : text;
    }

    /// <summary>Cells that hold JSON are compared as JSON.</summary>
    public static string Comparable(string cell)
    {
        if (cell is not ['{' or '[', ..])
            return cell;
        return NaiveView.Normal(cell);
    }
}
