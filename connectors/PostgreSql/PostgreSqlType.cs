using System.Globalization;
using System.Text;
using Exchange.Sdk;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Turns the server's text form of a value (under the session's settings) into the canonical form of its kind.</summary>
static class PostgreSqlType
{
    /// <summary>The kind of a built-in type by its fixed object id (pg_type.dat); text for every other.</summary>
    public static ValueKind KindOf(uint type) => type switch
    {
        16 => ValueKind.Boolean,
        20 or 21 or 23 or 26 => ValueKind.Integer,
        1700 => ValueKind.Decimal,
        700 or 701 => ValueKind.Double,
        1082 => ValueKind.Date,
        1083 => ValueKind.Time,
        1114 => ValueKind.LocalDateTime,
        1184 => ValueKind.Instant,
        17 => ValueKind.Bytes,
        _ => ValueKind.Text,
    };

    /// <summary>
    /// Adds one value. What a type holds beyond its canonical form (NaN, infinity, years before Christ or after 9999,
    /// 24:00:00) is handed over as text: nothing is lost, and a mapping that wants a number or a date rejects the row.
    /// </summary>
    public static void Write(Batch batch, ValueKind kind, bool single, ReadOnlySpan<byte> text)
    {
        switch (kind)
        {
            case ValueKind.Boolean:
                batch.Add(ValueKind.Boolean, text is [(byte)'t', ..] ? "true"u8 : "false"u8);
                break;
            case ValueKind.Double:
                WriteFloat(batch, single, text);
                break;
            case ValueKind.Bytes:
                WriteBytes(batch, text);
                break;
            case ValueKind.LocalDateTime or ValueKind.Instant:
                WriteMoment(batch, kind, text);
                break;
            default:
                batch.Add(IsCanonical(kind, text) ? kind : ValueKind.Text, text);
                break;
        }
    }

    static bool IsCanonical(ValueKind kind, ReadOnlySpan<byte> text) => kind switch
    {
        ValueKind.Decimal => text[^1] is >= (byte)'0' and <= (byte)'9',
        ValueKind.Date => text.Length == 10 && text[4] == '-',
        ValueKind.Time => !text.StartsWith("24"u8),
        _ => true,
    };

    static void WriteFloat(Batch batch, bool single, ReadOnlySpan<byte> text)
    {
        var invariant = CultureInfo.InvariantCulture;
        var number = single ? float.Parse(text, invariant) : double.Parse(text, invariant);
        if (!single || !double.IsFinite(number))
        {
            batch.AddDouble(number);
            return;
        }
        ((float)number).TryFormat(batch.GetSpan(32), out var written, provider: invariant); // 0.1, not 0.10000000149011612
        batch.CloseCell(ValueKind.Double, written);
    }

    // \x and two hexadecimal digits a byte.
    static void WriteBytes(Batch batch, ReadOnlySpan<byte> text)
    {
        Convert.FromHexString(text[2..], batch.GetSpan((text.Length / 2) - 1), out _, out var written);
        batch.CloseCell(ValueKind.Bytes, written);
    }

    // 2024-01-02 03:04:05.6 and, for an instant under UTC, +00 behind it.
    static void WriteMoment(Batch batch, ValueKind kind, ReadOnlySpan<byte> text)
    {
        var zone = kind == ValueKind.Instant ? "+00"u8 : default;
        var body = text.EndsWith(zone) ? text[..^zone.Length] : default;
        if (body.Length < 19 || body[4] != '-' || body[10] != ' ' || body[^1] is < (byte)'0' or > (byte)'9')
        {
            batch.Add(ValueKind.Text, text);
            return;
        }
        var space = batch.GetSpan(body.Length + 1);
        body.CopyTo(space);
        space[10] = (byte)'T';
        space[body.Length] = (byte)'Z';
        batch.CloseCell(kind, body.Length + (kind == ValueKind.Instant ? 1 : 0));
    }
}
