using System.Text;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>
/// Reads expressions by recursive descent. From loosest to tightest: <c>or</c>, <c>and</c>, <c>not</c>, comparisons with
/// <c>in</c> and <c>is null</c>, <c>&amp;</c>, <c>+ -</c>, <c>*</c>, sign.
/// </summary>
internal sealed class ExpressionParser
{
    const int LengthLimit = 4096;
    const int DepthLimit = 64;

    static readonly string[] Comparisons = ["<=", ">=", "<>", "!=", "=", "<", ">"];

    readonly string text;
    int at;
    int depth;

    ExpressionParser(string text) => this.text = text;

    /// <exception cref="ExpressionException">The text is no expression.</exception>
    public static Expression Parse(string text)
    {
        var parser = new ExpressionParser(text);
        if (text.Length > LengthLimit)
            throw parser.Error($"The expression is longer than {LengthLimit} characters.", "Split it over several fields or use a code table.");
        var expression = parser.Or();
        return parser.at == text.Length ? expression : throw parser.Unexpected();
    }

    Expression Or()
    {
        if (++depth > DepthLimit)
            throw Error($"The expression is nested more than {DepthLimit} deep.", "Use a code table or \"when\" rules.");
        var left = And();
        while (Position() is var position && Keyword("or"))
            left = new Call(position, "or", [left, And()]);
        depth--;
        return left;
    }

    Expression And()
    {
        var left = Not();
        while (Position() is var position && Keyword("and"))
            left = new Call(position, "and", [left, Not()]);
        return left;
    }

    Expression Not()
    {
        var position = Position();
        var negations = 0;
        while (Keyword("not"))
            negations++;
        var operand = Comparison();
        return negations % 2 == 0 ? operand : new Call(position, "not", [operand]);
    }

    Expression Comparison()
    {
        var left = Concatenation();
        var position = Position();
        foreach (var symbol in Comparisons)
        {
            if (Symbol(symbol))
                return new Call(position, symbol == "!=" ? "<>" : symbol, [left, Concatenation()]);
        }
        if (Keyword("is"))
        {
            var not = Keyword("not");
            if (!Keyword("null"))
                throw Unexpected("null");
            return new Call(position, not ? "<>" : "=", [left, new Literal(position, ValueKind.Null, "")]);
        }
        var negated = Keyword("not");
        if (!Keyword("in"))
            return negated ? throw Unexpected("in") : left;
        Expect("(");
        var call = new Call(position, "in", [left, .. List()]);
        return negated ? new Call(position, "not", [call]) : call;
    }

    Expression Concatenation()
    {
        var left = Sum();
        while (Position() is var position && Symbol("&"))
            left = new Call(position, "&", [left, Sum()]);
        return left;
    }

    Expression Sum()
    {
        var left = Product();
        while (Position() is var position && (Symbol("+") || Symbol("-")))
            left = new Call(position, text[position].ToString(), [left, Product()]);
        return left;
    }

    Expression Product()
    {
        var left = Signed();
        while (Position() is var position && Symbol("*"))
            left = new Call(position, "*", [left, Signed()]);
        if (Symbol("/"))
            throw Error("There is no operator '/', since a quotient must say how it is rounded.", "Write divide(a, b, 2) for two decimals.");
        return left;
    }

    Expression Signed()
    {
        var position = Position();
        var minus = 0;
        while (Symbol("-"))
            minus++;
        var operand = Primary();
        return minus % 2 == 0 ? operand : new Call(position, "-", [new Literal(position, ValueKind.Integer, "0"), operand]);
    }

    Expression Primary()
    {
        var position = Position();
        if (Symbol("("))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }
        if (Symbol("["))
            return new ColumnReference(position, Quoted(']'));
        if (Symbol("'"))
            return new Literal(position, ValueKind.Text, Quoted('\''));
        if (at < text.Length && char.IsAsciiDigit(text[at]))
            return Number(position);
        foreach (var (word, kind) in new[] { ("true", ValueKind.Boolean), ("false", ValueKind.Boolean), ("null", ValueKind.Null) })
        {
            if (Keyword(word))
                return new Literal(position, kind, word);
        }
        var name = Word();
        if (name.Length == 0 || IsOperator(name))
            throw Unexpected("a column, a value or a function");
        at += name.Length;
        return Symbol("(") ? new Call(position, name, List()) : new ColumnReference(position, name);
    }

    static bool IsOperator(string word) => word.ToUpperInvariant() is "AND" or "OR" or "NOT" or "IN" or "IS";

    /// <summary>Arguments up to the closing parenthesis; the opening one is read.</summary>
    List<Expression> List()
    {
        var arguments = new List<Expression>();
        if (Symbol(")"))
            return arguments;
        do
            arguments.Add(Or());
        while (Symbol(","));
        Expect(")");
        return arguments;
    }

    Literal Number(int position)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        var whole = at;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        return new Literal(position, at == whole ? ValueKind.Integer : ValueKind.Decimal, text[position..at]);
    }

    /// <summary>The text up to the closing quote, which stands for itself where it is doubled.</summary>
    string Quoted(char quote)
    {
        var start = at - 1;
        var content = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (text[at] == quote && ++at <= text.Length && (at == text.Length || text[at] != quote))
                return content.ToString();
            content.Append(text[at]);
        }
        at = start;
        throw Error($"A {text[start]} is opened and not closed.", $"Close it with {quote}; write {quote}{quote} for the character itself.");
    }

    string Word()
    {
        Position();
        var end = at;
        while (end < text.Length && (char.IsLetter(text[end]) || text[end] is '_' || (end > at && (char.IsLetterOrDigit(text[end]) || text[end] is '$' or '#'))))
            end++;
        return text[at..end];
    }

    bool Keyword(string word)
    {
        if (!Word().Equals(word, StringComparison.OrdinalIgnoreCase))
            return false;
        at += word.Length;
        return true;
    }

    bool Symbol(string symbol)
    {
        Position();
        if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0)
            return false;
        at += symbol.Length;
        return true;
    }

    void Expect(string symbol)
    {
        if (!Symbol(symbol))
            throw Unexpected($"'{symbol}'");
    }

    /// <summary>Skips white space; where the next thing begins.</summary>
    int Position()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    ExpressionException Unexpected(string expected = "an operator or the end")
    {
        Position();
        var found = at == text.Length ? "the expression ends" : $"there stands '{text[at]}'";
        return Error($"Expected is {expected}, but {found}.", "Text stands in 'single quotes', a column name with spaces in [square brackets].");
    }

    ExpressionException Error(string message, string fix) => new(text, at, message, fix);
}
