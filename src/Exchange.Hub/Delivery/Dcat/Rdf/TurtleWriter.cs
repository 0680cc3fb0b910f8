using System.Globalization;
using System.Text;

namespace Exchange.Hub.Delivery.Dcat.Rdf;

/// <summary>Writes a graph as Turtle (RDF 1.1 Turtle).</summary>
static class TurtleWriter
{
    public const string MediaType = "text/turtle";

    /// <summary>The document, as UTF-8.</summary>
    public static byte[] Write(Graph graph)
    {
        var text = new StringBuilder();
        foreach (var (prefix, space) in Vocabulary.Prefixes)
            text.Append("@prefix ").Append(prefix).Append(": <").Append(space).Append("> .\n");
        foreach (var node in graph.Nodes.Where(node => node.Statements.Count > 0))
            Write(text, node);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Write(StringBuilder text, Node node)
    {
        text.Append('\n');
        Write(text, node.Subject);
        foreach (var (index, (predicate, objects)) in node.Statements.Index())
        {
            text.Append(index == 0 ? "\n    " : " ;\n    ");
            if (predicate == Vocabulary.Type)
                text.Append('a');
            else
                Write(text, predicate);
            foreach (var (place, term) in objects.Index())
            {
                text.Append(place == 0 ? " " : ", ");
                Write(text, term);
            }
        }
        text.Append(" .\n");
    }

    static void Write(StringBuilder text, Term term)
    {
        if (term is Iri iri)
        {
            _ = Vocabulary.ShortName(iri) is { } name ? text.Append(name) : text.Append('<').Append(iri.Text).Append('>');
            return;
        }
        var literal = (LiteralTerm)term;
        WriteQuoted(text, literal.Text);
        if (literal.Language is not null)
            text.Append('@').Append(literal.Language);
        if (literal.Datatype is not null)
            Write(text.Append("^^"), literal.Datatype);
    }

    /// <summary>Section 6.5, STRING_LITERAL_QUOTE, with the escapes of section 6.4.</summary>
    static void WriteQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '\u007F' => text.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
