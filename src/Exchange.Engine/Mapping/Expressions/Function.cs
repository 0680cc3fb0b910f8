using System.Text;
using Exchange.Engine.Mapping.Terms;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>One function of the language, with what its documentation says of it.</summary>
/// <param name="Name">Its name; case does not matter.</param>
/// <param name="Parameters">What it takes, in order.</param>
/// <param name="Result">The kinds that it gives.</param>
/// <param name="Summary">What it does, for a person.</param>
/// <param name="Example">An expression that shows it.</param>
/// <param name="Gives">What the example gives.</param>
/// <param name="Build">Makes the term from its compiled arguments; a <see cref="FormatException"/> says what is wrong with a literal.</param>
internal sealed record Function(
    string Name, IReadOnlyList<Parameter> Parameters, Kinds Result, string Summary, string Example, string Gives, Func<Arguments, Term> Build)
{
    /// <summary>True when it gives something else on another day.</summary>
    public bool DependsOnDate { get; init; }

    /// <summary>Arguments that must be there.</summary>
    public int Required => Parameters.Count(parameter => !parameter.Optional);

    /// <summary>True when more arguments of the last kind may follow.</summary>
    public bool TakesMore => Parameters is [.., { More: true }];

    /// <summary>How it is called, such as <c>left(text, count)</c>.</summary>
    public string Signature
    {
        get
        {
            if (!char.IsLetter(Name[0]))
                return $"a {Name} b";
            var parameters = string.Join(", ", Parameters.Take(Required).Select(parameter => parameter.Name));
            var optional = string.Concat(Parameters.Skip(Required).Select(parameter => $"[, {parameter.Name}]"));
            return $"{Name}({parameters}{optional}{(TakesMore ? ", …" : "")})";
        }
    }
}

/// <summary>What a function takes in one place.</summary>
/// <param name="Name">A word for it.</param>
/// <param name="Kinds">The kinds that it may have.</param>
/// <param name="Optional">It may be left out, as may all after it.</param>
/// <param name="Literal">It must be written out, so that it can be checked before the mapping runs.</param>
/// <param name="More">It may be repeated.</param>
internal sealed record Parameter(string Name, Kinds Kinds, bool Optional = false, bool Literal = false, bool More = false)
{
    public static Parameter Text(string name = "text") => new(name, Kinds.Text);

    public static Parameter Number(string name = "number") => new(name, Kinds.Number);

    public static Parameter Date(string name = "date") => new(name, Kinds.Date);
}

/// <summary>The compiled arguments of one call, and what else it may refer to.</summary>
internal sealed class Arguments(IReadOnlyList<Term> terms, IReadOnlyDictionary<string, CodeTable> tables)
{
    public int Count => terms.Count;

    public Term this[int index] => terms[index];

    public IReadOnlyList<Term> All => terms;

    /// <summary>The text of a parameter that is marked <see cref="Parameter.Literal"/>.</summary>
    public string Literal(int index) => Encoding.UTF8.GetString(((ConstantTerm)terms[index]).Utf8);

    /// <exception cref="FormatException">There is no such table.</exception>
    public CodeTable Table(string name) => tables.GetValueOrDefault(name) ?? throw new FormatException(Nearest.Unknown("table", name, tables.Keys));
}

internal delegate Value Body1(Row row, Value a);

internal delegate Value Body2(Row row, Value a, Value b);

internal delegate Value Body3(Row row, Value a, Value b, Value c);

/// <summary>A function of one argument; without a value where the argument has none.</summary>
internal sealed class Call1Term(Kinds kinds, Body1 body, Term first) : Term(kinds)
{
    public override Value Evaluate(Row row)
    {
        var a = first.Evaluate(row);
        return a.IsPresent ? body(row, a) : a;
    }
}

/// <summary>A function of two arguments; without a value where one of them has none.</summary>
internal sealed class Call2Term(Kinds kinds, Body2 body, Term first, Term second) : Term(kinds)
{
    public override Value Evaluate(Row row)
    {
        var a = first.Evaluate(row);
        if (!a.IsPresent)
            return a;
        var b = second.Evaluate(row);
        return b.IsPresent ? body(row, a, b) : b;
    }
}

/// <summary>A function of three arguments; without a value where one of them has none.</summary>
internal sealed class Call3Term(Kinds kinds, Body3 body, Term first, Term second, Term third) : Term(kinds)
{
    public override Value Evaluate(Row row)
    {
        var a = first.Evaluate(row);
        if (!a.IsPresent)
            return a;
        var b = second.Evaluate(row);
        if (!b.IsPresent)
            return b;
        var c = third.Evaluate(row);
        return c.IsPresent ? body(row, a, b, c) : c;
    }
}
