using System.Text;
using System.Text.RegularExpressions;
using Exchange.Engine.Mapping.Parsing;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

internal static partial class Functions
{
    static Function[] TextFunctions =>
    [
        Make("length", Kinds.Integer, Parameter.Text(), (row, text) => IntegerOf(row, Characters.Count(text.Utf8)),
            "Characters of a text.", "length('Jülich')", "6"),
        Make("left", Kinds.Text, Parameter.Text(), Parameter.Number("count"), Left,
            "The first characters.", "left('20240131', 4)", "2024"),
        Make("right", Kinds.Text, Parameter.Text(), Parameter.Number("count"), Right,
            "The last characters.", "right('DE-12345', 5)", "12345"),
        Make("substring", Kinds.Text, Parameter.Text(), Parameter.Number("start"), Parameter.Number("count"), Substring,
            "So many characters from a place on, counted from 1.", "substring('110101199003074258', 7, 8)", "19900307"),
        Make("upper", Kinds.Text, Parameter.Text(), (row, text) => CaseStep.CaseOf(row, text.Utf8, upper: true),
            "The text in upper case.", "upper('abc')", "ABC"),
        Make("lower", Kinds.Text, Parameter.Text(), (row, text) => CaseStep.CaseOf(row, text.Utf8, upper: false),
            "The text in lower case.", "lower('ABC')", "abc"),
        Make("trim", Kinds.Text, Parameter.Text(), (_, text) => Value.Text(Whitespace.Trim(text.Utf8)),
            "The text without white space at its ends.", "trim('  a b ')", "a b"),
        Make("halfWidth", Kinds.Text, Parameter.Text(), HalfWidth,
            "Full-width letters, digits and signs as their ASCII twins.", "halfWidth('ＡＢ１２')", "AB12"),
        Make("replace", Kinds.Text, Parameter.Text(), Parameter.Text("old"), Parameter.Text("new"), Replace,
            "Every occurrence of a text replaced.", "replace('12-34-56', '-', '')", "123456"),
        Make("padLeft", Kinds.Text, Parameter.Text(), Parameter.Number("length"), Parameter.Text("with"), (row, text, length, with) => Pad(row, text, length, with, left: true),
            "The text filled at its front up to a length.", "padLeft('42', 5, '0')", "00042"),
        Make("padRight", Kinds.Text, Parameter.Text(), Parameter.Number("length"), Parameter.Text("with"), (row, text, length, with) => Pad(row, text, length, with, left: false),
            "The text filled at its end up to a length.", "padRight('42', 5, '.')", "42..."),
        Make("part", Kinds.Text, Parameter.Text(), Parameter.Text("separator"), Parameter.Number("place"), Part,
            "The n-th piece of a text split at a separator; nothing where there are fewer.", "part('Berlin/Mitte/10117', '/', 2)", "Mitte"),
        Make("contains", Kinds.Boolean, Parameter.Text(), Parameter.Text("other"), (_, text, other) => Value.Of(text.Utf8.IndexOf(other.Utf8) >= 0),
            "Whether a text stands in another.", "contains('abc', 'b')", "true"),
        Make("startsWith", Kinds.Boolean, Parameter.Text(), Parameter.Text("other"), (_, text, other) => Value.Of(text.Utf8.StartsWith(other.Utf8)),
            "Whether a text begins with another.", "startsWith('abc', 'ab')", "true"),
        Make("endsWith", Kinds.Boolean, Parameter.Text(), Parameter.Text("other"), (_, text, other) => Value.Of(text.Utf8.EndsWith(other.Utf8)),
            "Whether a text ends with another.", "endsWith('abc', 'bc')", "true"),
        new("matches", [Parameter.Text(), new("pattern", Kinds.Text, Literal: true)], Kinds.Boolean,
            "Whether a regular expression finds something in the text; anchor it with ^ and $ to mean the whole.", "matches('AB-12', '^[A-Z]+-[0-9]+$')", "true", Matches),
        Make("text", Kinds.Text, new Parameter("value", Kinds.Any), (row, value) => value.Kind == ValueKind.Bytes ? ParseText.Base64Of(row, value.Utf8) : Value.Text(value.Utf8),
            "Any value as text: numbers plain, dates as yyyy-MM-dd.", "text(12.50)", "12.5"),
    ];

    static Value Left(Row row, Value text, Value count) =>
        TryCount(row, count, out var characters, out var fault) ? Value.Text(text.Utf8[..Characters.Offset(text.Utf8, characters)]) : fault;

    static Value Right(Row row, Value text, Value count) =>
        TryCount(row, count, out var characters, out var fault)
            ? Value.Text(text.Utf8[Characters.Offset(text.Utf8, (long)Characters.Count(text.Utf8) - Math.Max(0, characters))..])
            : fault;

    static Value Substring(Row row, Value text, Value start, Value count)
    {
        if (!TryCount(row, start, out var from, out var fault) || !TryCount(row, count, out var characters, out fault))
            return fault;
        var rest = text.Utf8[Characters.Offset(text.Utf8, from - 1L)..];
        return Value.Text(rest[..Characters.Offset(rest, characters)]);
    }

    static Value HalfWidth(Row row, Value text)
    {
        var begin = row.Scratch.Length;
        for (var rest = text.Utf8; !rest.IsEmpty;)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var length);
            rest = rest[length..];
            // The full-width forms U+FF01 to U+FF5E stand in the order of ASCII from U+0021 on.
            var half = rune.Value switch
            {
                >= 0xFF01 and <= 0xFF5E => new Rune(rune.Value - 0xFF01 + 0x21),
                0x3000 => new Rune(' '),
                _ => rune,
            };
            row.Scratch.Advance(half.EncodeToUtf8(row.Scratch.GetSpan(4)));
        }
        return row.Produced(ValueKind.Text, begin);
    }

    static Value Replace(Row row, Value text, Value old, Value with)
    {
        if (old.Utf8.IsEmpty)
            return text;
        var begin = row.Scratch.Length;
        var rest = text.Utf8;
        for (int next; (next = rest.IndexOf(old.Utf8)) >= 0; rest = rest[(next + old.Utf8.Length)..])
        {
            row.Scratch.Write(rest[..next]);
            row.Scratch.Write(with.Utf8);
            if (row.Scratch.Length - begin > RecordMapper.RecordByteLimit)
                return row.Fail(RejectCode.OutOfRange, "The replaced text is longer than a record may be.");
        }
        row.Scratch.Write(rest);
        return row.Produced(ValueKind.Text, begin);
    }

    static Value Pad(Row row, Value text, Value length, Value with, bool left)
    {
        if (!TryCount(row, length, out var characters, out var fault))
            return fault;
        if (characters > PadStep.LengthLimit || Characters.Count(with.Utf8) != 1)
            return row.Fail(RejectCode.OutOfRange, $"Text is padded with one character, up to {PadStep.LengthLimit} characters.");
        Rune.DecodeFromUtf8(with.Utf8, out var filler, out _);
        return PadStep.Pad(row, text.Utf8, characters, filler, left);
    }

    static Value Part(Row row, Value text, Value separator, Value place)
    {
        if (!TryCount(row, place, out var left, out var fault))
            return fault;
        if (separator.Utf8.IsEmpty)
            return left == 1 ? text : Value.Null;
        foreach (var range in text.Utf8.Split(separator.Utf8))
        {
            if (--left == 0)
                return Value.Text(text.Utf8[range]);
        }
        return Value.Null;
    }

    static Call1Term Matches(Arguments arguments)
    {
        var pattern = SafePattern.Compile(arguments.Literal(1));
        return new Call1Term(Kinds.Boolean, (_, text) => Value.Of(Matches(pattern, text.Utf8)), arguments[0]);
    }

    static bool Matches(Regex pattern, ReadOnlySpan<byte> text)
    {
        if (text.Length > 256)
            return pattern.IsMatch(Encoding.UTF8.GetString(text));
        Span<char> characters = stackalloc char[256];
        return pattern.IsMatch(characters[..Encoding.UTF8.GetChars(text, characters)]);
    }
}
