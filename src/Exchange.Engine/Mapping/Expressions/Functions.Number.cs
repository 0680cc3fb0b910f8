using Exchange.Engine.Mapping.Parsing;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

internal static partial class Functions
{
    const int PlacesLimit = 18;

    static readonly NumberFormat PlainNumber = new(".", "", 0);

    static Function[] NumberFunctions =>
    [
        new("number", [new("value", Kinds.Text | Kinds.Number)], Kinds.Decimal,
            "The number that a text stands for, with a decimal point and no grouping.", "number('12.50')", "12.5",
            arguments => new ParseNumber(arguments[0], PlainNumber, integer: false)),
        Arithmetic("+", ExactDecimal.TryAdd, "Sum; exact, or the row is rejected.", "0.1 + 0.2", "0.3"),
        Arithmetic("-", ExactDecimal.TrySubtract, "Difference; exact, or the row is rejected.", "10 - 0.01", "9.99"),
        Arithmetic("*", ExactDecimal.TryMultiply, "Product; exact, or the row is rejected.", "1.5 * 1.5", "2.25"),
        Make("divide", Kinds.Decimal, Parameter.Number("dividend"), Parameter.Number("divisor"), Parameter.Number("places"), Divide,
            "Quotient, rounded to so many decimals, half away from zero.", "divide(10, 3, 2)", "3.33"),
        Make("mod", Kinds.Decimal, Parameter.Number("dividend"), Parameter.Number("divisor"), Remainder,
            "What a division into whole parts leaves, with the sign of the dividend.", "mod(17, 5)", "2"),
        Make("round", Kinds.Decimal, Parameter.Number(), Parameter.Number("places"), Round,
            "Rounded to so many decimals, half away from zero.", "round(2.345, 2)", "2.35"),
        Whole("floor", number => number.Floor(), "The whole number at or below.", "floor(-2.5)", "-3"),
        Whole("ceiling", number => number.Ceiling(), "The whole number at or above.", "ceiling(2.1)", "3"),
        Make("abs", Kinds.Decimal, Parameter.Number(), (_, number) => number.Utf8 is [(byte)'-', ..] ? new Value(number.Kind, number.Utf8[1..]) : number,
            "The number without its sign.", "abs(-5)", "5"),
        Make("min", Kinds.Decimal, Parameter.Number("a"), Parameter.Number("b"), (_, a, b) => Comparison.CompareNumbers(a.Utf8, b.Utf8) <= 0 ? a : b,
            "The smaller of two numbers.", "min(2, 10)", "2"),
        Make("max", Kinds.Decimal, Parameter.Number("a"), Parameter.Number("b"), (_, a, b) => Comparison.CompareNumbers(a.Utf8, b.Utf8) >= 0 ? a : b,
            "The larger of two numbers.", "max(2, 10)", "10"),
    ];

    delegate bool Operation(ExactDecimal a, ExactDecimal b, out ExactDecimal result);

    static Function Arithmetic(string name, Operation operation, string summary, string example, string gives) =>
        Make(name, Kinds.Decimal, Parameter.Number("a"), Parameter.Number("b"), (row, a, b) => Calculate(row, a, b, operation), summary, example, gives);

    static Function Whole(string name, Func<ExactDecimal, ExactDecimal> body, string summary, string example, string gives) =>
        Make(name, Kinds.Integer, Parameter.Number(), (row, a) => ExactDecimal.TryRead(a.Utf8, out var number) ? NumberOf(row, body(number)) : TooManyDigits(row), summary, example, gives);

    static Value Calculate(Row row, Value a, Value b, Operation operation) =>
        ExactDecimal.TryRead(a.Utf8, out var left) && ExactDecimal.TryRead(b.Utf8, out var right) && operation(left, right, out var result)
            ? NumberOf(row, result)
            : TooManyDigits(row);

    static Value Divide(Row row, Value dividend, Value divisor, Value places)
    {
        if (!TryPlaces(row, places, out var decimals, out var fault))
            return fault;
        if (divisor.Utf8 is [(byte)'0'])
            return DividesByZero(row);
        return Calculate(row, dividend, divisor, (ExactDecimal a, ExactDecimal b, out ExactDecimal quotient) => ExactDecimal.TryDivide(a, b, decimals, out quotient));
    }

    static Value Remainder(Row row, Value dividend, Value divisor) =>
        divisor.Utf8 is [(byte)'0'] ? DividesByZero(row) : Calculate(row, dividend, divisor, ExactDecimal.TryRemainder);

    static Value DividesByZero(Row row) => row.Fail(RejectCode.DivisionByZero, "A calculation divides by zero. Say with if(…) what it means then.");

    static Value Round(Row row, Value number, Value places)
    {
        if (!TryPlaces(row, places, out var decimals, out var fault))
            return fault;
        return ExactDecimal.TryRead(number.Utf8, out var exact) && ExactDecimal.TryRound(exact, decimals, out var rounded) ? NumberOf(row, rounded) : TooManyDigits(row);
    }

    static bool TryPlaces(Row row, Value value, out int places, out Value fault)
    {
        if (!TryCount(row, value, out places, out fault))
            return false;
        if (places is >= 0 and <= PlacesLimit)
            return true;
        fault = row.Fail(RejectCode.OutOfRange, $"{places} is no number of decimals from 0 to {PlacesLimit}.");
        return false;
    }

    static Value TooManyDigits(Row row) => row.Fail(RejectCode.OutOfRange, $"A calculation needs more than {ExactDecimal.DigitLimit} digits. Round what goes into it.");
}
