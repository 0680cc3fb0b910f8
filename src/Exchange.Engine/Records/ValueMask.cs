using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Exchange.Engine.Records;

/// <summary>Writes the masked form of one value.</summary>
static class ValueMask
{
    const int ShownCharacters = 4;
    const int StackLimit = 512;

    /// <summary>Appends the mask of a value in canonical JSON; <paramref name="hash"/> is for <see cref="FieldMask.Hash"/>.</summary>
    public static void Write(FieldMask mask, ReadOnlySpan<byte> value, KeyedHash? hash, JsonBuffer output)
    {
        if (value[0] == 'n' || mask == FieldMask.Redact)
            output.Write("null"u8);
        else if (value[0] == '"' && value.Contains((byte)'\\'))
            WriteUnescaped(mask, value, hash, output);
        else
            WriteText(mask, value[0] == '"' ? value[1..^1] : value, value[0], hash, output);
    }

    static void WriteUnescaped(FieldMask mask, ReadOnlySpan<byte> value, KeyedHash? hash, JsonBuffer output)
    {
        var rented = value.Length > StackLimit ? ArrayPool<byte>.Shared.Rent(value.Length) : null;
        var text = rented ?? stackalloc byte[StackLimit];
        var reader = new Utf8JsonReader(value);
        reader.Read();
        WriteText(mask, text[..reader.CopyString(text)], value[0], hash, output);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    static void WriteText(FieldMask mask, ReadOnlySpan<byte> text, byte opening, KeyedHash? hash, JsonBuffer output)
    {
        if (mask == FieldMask.Hash)
            WriteHash(text, hash!, output);
        else if (mask == FieldMask.Last4 && opening is (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
            WriteLast(text, output);
        else if (mask == FieldMask.Year && opening == '"' && IsDate(text))
            output.WritePlainString(text[..4]);
        else
            output.Write("null"u8);
    }

    static void WriteHash(ReadOnlySpan<byte> text, KeyedHash hash, JsonBuffer output)
    {
        Span<byte> bytes = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> digits = stackalloc byte[HMACSHA256.HashSizeInBytes * 2];
        hash.Compute(text, bytes);
        Convert.TryToHexStringLower(bytes, digits, out _);
        output.WritePlainString(digits);
    }

    static void WriteLast(ReadOnlySpan<byte> text, JsonBuffer output)
    {
        var start = text.Length;
        for (var shown = 0; shown < ShownCharacters && start > 0; shown++)
            start = CharacterBefore(text, start);
        if (start == 0)
        {
            output.WritePlainString("****"u8);
            return;
        }
        Span<byte> masked = stackalloc byte[4 + (ShownCharacters * 4)];
        "****"u8.CopyTo(masked);
        text[start..].CopyTo(masked[4..]);
        output.WriteString(masked[..(4 + text.Length - start)]);
    }

    /// <summary>Start of the Unicode character that ends at <paramref name="end"/>.</summary>
    static int CharacterBefore(ReadOnlySpan<byte> utf8, int end)
    {
        do
            end--;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80);
        return end;
    }

    /// <summary><c>1980-02-29</c>, alone or before a <c>T</c>; a house number that begins alike is no date.</summary>
    static bool IsDate(ReadOnlySpan<byte> text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-' || (text.Length > 10 && text[10] != 'T'))
            return false;
        return AreDigits(text[..4]) && AreDigits(text[5..7]) && AreDigits(text[8..10]);
    }

    static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
