using System.Text;
using Exchange.Engine.Mapping.Expressions;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>Turns expressions into terms and checks their types.</summary>
internal sealed class ExpressionCompiler(SourceColumns columns, Cleaning cleaning, IReadOnlyDictionary<string, CodeTable> tables)
{
    string text = "";

    /// <summary>True when an expression asked for the date of the run.</summary>
    public bool DependsOnDate { get; private set; }

    /// <exception cref="ExpressionException">A name is not known, or types do not fit.</exception>
    public Term Compile(string source, Expression expression)
    {
        text = source;
        return Compile(expression);
    }

    /// <summary>Compiles a condition.</summary>
    /// <exception cref="ExpressionException">As above, or it is no condition.</exception>
    public Term CompileCondition(string source, Expression expression)
    {
        text = source;
        return Condition(expression);
    }

    Term Compile(Expression expression) => expression switch
    {
        Literal literal => Constant(literal),
        ColumnReference column => columns.Find(column.Name, cleaning) ?? throw Error(column, $"There is no column '{column.Name}'.", ColumnFix(column.Name)),
        Call call => Compile(call),
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    string ColumnFix(string name) => Functions.Find(name) is { } function ? $"Call the function as {function.Signature}." : Nearest.Fix(name, columns.Names);

    Term Compile(Call call) => call.Name switch
    {
        "and" or "or" => new LogicTerm(call.Name == "and", Condition(call.Arguments[0]), Condition(call.Arguments[1])),
        "not" => new NotTerm(Condition(call.Arguments[0])),
        "&" => new ConcatTerm([.. call.Arguments.Select(Text)]),
        "=" => Compare(call, Comparer.Equal),
        "<>" => Compare(call, Comparer.NotEqual),
        "<" => Compare(call, Comparer.Less),
        "<=" => Compare(call, Comparer.LessOrEqual),
        ">" => Compare(call, Comparer.Greater),
        ">=" => Compare(call, Comparer.GreaterOrEqual),
        "in" => In(call),
        _ => Function(call),
    };

    static ConstantTerm Constant(Literal literal)
    {
        if (literal.Kind is not (ValueKind.Integer or ValueKind.Decimal))
            return literal.Kind == ValueKind.Null ? ConstantTerm.Null : new ConstantTerm(literal.Kind, Encoding.UTF8.GetBytes(literal.Text));
        var number = new JsonBuffer(literal.Text.Length);
        CanonicalNumber.TryWrite(Encoding.UTF8.GetBytes(literal.Text), number);
        return new ConstantTerm(literal.Kind, number.WrittenSpan.ToArray());
    }

    Term Condition(Expression expression) => Expect(expression, Compile(expression), Kinds.Boolean, "A condition");

    Term Text(Expression expression) => Expect(expression, Compile(expression), Kinds.Text, "'&'");

    CompareTerm Compare(Call call, Comparer comparer)
    {
        var (left, right) = (Compile(call.Arguments[0]), Compile(call.Arguments[1]));
        RequireComparable(call, left, right);
        return new CompareTerm(comparer, left, right);
    }

    InTerm In(Call call)
    {
        var terms = call.Arguments.Select(Compile).ToList();
        if (terms.Count == 1)
            throw Error(call, "'in' has nothing to choose from.", "Write for example STATUS in ('A', 'B').");
        foreach (var candidate in terms.Skip(1))
            RequireComparable(call, terms[0], candidate);
        return new InTerm(terms[0], terms[1..]);
    }

    void RequireComparable(Expression at, Term left, Term right)
    {
        if (left.Kinds == Kinds.None || right.Kinds == Kinds.None || (Family(left.Kinds) & Family(right.Kinds)) != 0)
            return;
        var fix = (Family(left.Kinds) | Family(right.Kinds)) switch
        {
            Kinds.Text | Kinds.Number => "Turn the text into a number with number(…), or put the number in single quotes.",
            Kinds.Text | Kinds.Date => "Turn the text into a date with date('2024-01-31').",
            _ => "Compare values of one kind.",
        };
        throw Error(at, $"It compares {left.Kinds.Describe()} with {right.Kinds.Describe()}.", fix);
    }

    static Kinds Family(Kinds kinds) => (kinds & Kinds.Number) != 0 ? kinds | Kinds.Number : kinds;

    Term Function(Call call)
    {
        var function = Functions.Find(call.Name) ?? throw Error(call, $"There is no function '{call.Name}'.", Nearest.Fix(call.Name, [.. Functions.All.Select(function => function.Name)]));
        if (call.Arguments.Count < function.Required || (call.Arguments.Count > function.Parameters.Count && !function.TakesMore))
            throw Error(call, $"'{function.Name}' is given {call.Arguments.Count} values.", $"Call it as {function.Signature}.");
        var terms = new List<Term>();
        foreach (var (i, argument) in call.Arguments.Index())
        {
            var parameter = function.Parameters[Math.Min(i, function.Parameters.Count - 1)];
            if (parameter.Literal && argument is not Literal { Kind: ValueKind.Text })
                throw Error(argument, $"The {parameter.Name} of '{function.Name}' must be written out.", "Put it in single quotes.");
            terms.Add(Expect(argument, Compile(argument), parameter.Kinds, $"'{function.Name}'"));
        }
        DependsOnDate |= function.DependsOnDate;
        try
        {
            return function.Build(new Arguments(terms, tables));
        }
        catch (FormatException exception)
        {
            throw Error(call, exception.Message, "Correct the text in single quotes.");
        }
    }

    Term Expect(Expression at, Term term, Kinds expected, string taker)
    {
        if (term.Kinds == Kinds.None || (term.Kinds & ~expected) == 0)
            return term;
        if ((term.Kinds & expected) != 0)
            return new ExpectTerm(term, expected);
        throw Error(at, $"{taker} takes {expected.Describe()} and is given {term.Kinds.Describe()}.", ConversionTo(expected));
    }

    static string ConversionTo(Kinds expected) => expected switch
    {
        Kinds.Text => "Turn the value into text with text(…).",
        Kinds.Number => "Turn the text into a number with number(…).",
        Kinds.Date => "Turn the text into a date with date(…).",
        Kinds.Boolean => "Compare the value with something, such as FLAG = 'Y'.",
        _ => "Give it another value.",
    };

    ExpressionException Error(Expression at, string message, string fix) => new(text, at.Position, message, fix);
}
