using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>The functions of the language. All are total: they give a value, no value, or a fault that rejects the row.</summary>
internal static partial class Functions
{
    /// <summary>All functions, in the order of their documentation.</summary>
    public static IReadOnlyList<Function> All { get; } = [.. ChoiceFunctions, .. TextFunctions, .. NumberFunctions, .. DateFunctions, .. CheckDigitFunctions];

    static readonly Dictionary<string, Function> ByName = All.ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    public static Function? Find(string name) => ByName.GetValueOrDefault(name);

    static Function Make(string name, Kinds result, Parameter a, Body1 body, string summary, string example, string gives) =>
        new(name, [a], result, summary, example, gives, arguments => new Call1Term(result, body, arguments[0]));

    static Function Make(string name, Kinds result, Parameter a, Parameter b, Body2 body, string summary, string example, string gives) =>
        new(name, [a, b], result, summary, example, gives, arguments => new Call2Term(result, body, arguments[0], arguments[1]));

    static Function Make(string name, Kinds result, Parameter a, Parameter b, Parameter c, Body3 body, string summary, string example, string gives) =>
        new(name, [a, b, c], result, summary, example, gives, arguments => new Call3Term(result, body, arguments[0], arguments[1], arguments[2]));

    /// <summary>An argument that counts something.</summary>
    static bool TryCount(Row row, Value value, out int count, out Value fault)
    {
        count = 0;
        var fits = ExactDecimal.TryRead(value.Utf8, out var number) && number.TryToInt32(out count);
        fault = fits ? Value.Null : row.Fail(RejectCode.OutOfRange, $"{Row.Show(value.Utf8)} is no whole number that can count something.");
        return fits;
    }

    static Value IntegerOf(Row row, long value)
    {
        var start = row.Scratch.Length;
        ExactDecimal.Of(value).Write(row.Scratch);
        return row.Produced(ValueKind.Integer, start);
    }

    static Value NumberOf(Row row, ExactDecimal number)
    {
        var start = row.Scratch.Length;
        number.Write(row.Scratch);
        var written = row.Scratch.WrittenSpan[start..];
        return new Value(CanonicalNumber.IsInteger(written) ? ValueKind.Integer : ValueKind.Decimal, written);
    }
}
