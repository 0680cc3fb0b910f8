using System.Text;

namespace Exchange.Engine.Schemas.Formats;

/// <summary>Punycode (RFC 3492), without the <c>xn--</c>.</summary>
static class Punycode
{
    const int Base = 36, TMin = 1, TMax = 26, Skew = 38, Damp = 700, InitialBias = 72, InitialPoint = 128;

    /// <summary>Null when the text is no Punycode.</summary>
    public static int[]? Decode(string text)
    {
        var dash = text.LastIndexOf('-');
        var output = new List<int>(text[..Math.Max(dash, 0)].Select(c => (int)c));
        int point = InitialPoint, bias = InitialBias, index = 0;
        for (var at = dash + 1; at < text.Length;)
        {
            var before = index;
            long weight = 1, value = index;
            for (var k = Base; ; k += Base)
            {
                if (at == text.Length || DigitOf(text[at++]) is var digit && digit < 0)
                    return null;
                value += digit * weight;
                if (value > int.MaxValue)
                    return null;
                var threshold = Math.Clamp(k - bias, TMin, TMax);
                if (digit < threshold)
                    break;
                weight *= Base - threshold;
            }
            var length = output.Count + 1;
            bias = Adapt((int)value - before, length, before == 0);
            point += (int)(value / length);
            index = (int)(value % length);
            if (point is > 0x10FFFF or (>= 0xD800 and <= 0xDFFF))
                return null;
            output.Insert(index++, point);
        }
        return [.. output];
    }

    public static string Encode(int[] points)
    {
        var output = new StringBuilder();
        foreach (var plain in points.Where(p => p < InitialPoint))
            output.Append((char)plain);
        int handled = output.Length, basic = output.Length, point = InitialPoint, bias = InitialBias;
        long delta = 0;
        if (basic > 0)
            output.Append('-');
        while (handled < points.Length)
        {
            var next = points.Where(p => p >= point).Min();
            delta += (long)(next - point) * (handled + 1);
            point = next;
            foreach (var current in points)
            {
                if (current < point)
                    delta++;
                if (current != point)
                    continue;
                WriteNumber((int)delta, bias, output);
                bias = Adapt((int)delta, handled + 1, handled == basic);
                delta = 0;
                handled++;
            }
            delta++;
            point++;
        }
        return output.ToString();
    }

    static void WriteNumber(int value, int bias, StringBuilder output)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Math.Clamp(k - bias, TMin, TMax);
            if (value < threshold)
                break;
            output.Append(DigitFor(threshold + ((value - threshold) % (Base - threshold))));
            value = (value - threshold) / (Base - threshold);
        }
        output.Append(DigitFor(value));
    }

    static int Adapt(int delta, int length, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / length;
        var k = 0;
        for (; delta > (Base - TMin) * TMax / 2; k += Base)
            delta /= Base - TMin;
        return k + ((Base - TMin + 1) * delta / (delta + Skew));
    }

    static int DigitOf(char sign) => sign switch
    {
        >= 'a' and <= 'z' => sign - 'a',
        >= 'A' and <= 'Z' => sign - 'A',
        >= '0' and <= '9' => sign - '0' + 26,
        _ => -1,
    };

    static char DigitFor(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);
}
