using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Exchange.Engine.Records;

/// <summary>
/// Tells the text that most values are: ASCII without control characters, quotes and backslashes, which stands for itself
/// in JSON. Values are short, so it is tested eight bytes at a time in a register; the last step overlaps the one before.
/// </summary>
static class PlainText
{
    const ulong Ones = 0x0101010101010101;
    const ulong Highs = 0x8080808080808080;

    public static bool IsPlain(ReadOnlySpan<byte> text)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        var length = text.Length;
        if (length >= Vector128<byte>.Count)
            return IsPlainVector(ref start, length);
        if (length >= 8)
            return ArePlainEight(Unsafe.ReadUnaligned<ulong>(ref start)) && ArePlainEight(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - 8)));
        if (length >= 4)
        {
            var low = Unsafe.ReadUnaligned<uint>(ref start);
            var high = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - 4));
            return ArePlainEight(low | ((ulong)high << 32));
        }
        for (var i = 0; i < length; i++)
        {
            if (Unsafe.Add(ref start, i) is < 0x20 or >= 0x80 or (byte)'"' or (byte)'\\')
                return false;
        }
        return true;
    }

    static bool IsPlainVector(ref byte start, int length)
    {
        var last = length - Vector128<byte>.Count;
        for (var i = 0; i < last; i += Vector128<byte>.Count)
        {
            if (!ArePlainSixteen(Vector128.LoadUnsafe(ref start, (nuint)i)))
                return false;
        }
        return ArePlainSixteen(Vector128.LoadUnsafe(ref start, (nuint)last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool ArePlainSixteen(Vector128<byte> bytes)
    {
        // As signed numbers, bytes from 0x80 on are below 0x20 too.
        var odd = Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte()
            | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\\'));
        return odd == Vector128<byte>.Zero;
    }

    /// <summary>The high bit of a byte below 0x20 rises when 0x20 is subtracted; that of a byte equal to another when 1 is subtracted from their exclusive or.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool ArePlainEight(ulong bytes)
    {
        var control = bytes - (Ones * 0x20);
        var quote = (bytes ^ (Ones * '"')) - Ones;
        var backslash = (bytes ^ (Ones * '\\')) - Ones;
        return ((bytes | control | quote | backslash) & Highs) == 0;
    }
}
