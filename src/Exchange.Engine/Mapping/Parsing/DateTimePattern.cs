using System.Globalization;
using System.Text;
using Exchange.Engine.Mapping.Terms;

namespace Exchange.Engine.Mapping.Parsing;

/// <summary>What a pattern read. Parts that the pattern does not have keep their defaults.</summary>
internal ref struct DateTimeParts
{
    public int Year = 1;
    public int Month = 1;
    public int Day = 1;
    public int Hour;
    public int Minute;
    public int Second;
    public int? OffsetMinutes;
    public ReadOnlySpan<byte> Fraction;

    public DateTimeParts()
    {
    }

    /// <summary>Whether there is such a date and time. A leap second is none.</summary>
    public readonly bool Exists => Iso8601.IsDate(Year, Month, Day) && Hour <= 23 && Minute <= 59 && Second <= 59;
}

/// <summary>
/// One way of writing dates and times, in the letters of .NET's custom formats: <c>yyyy yy MM M MMM MMMM dd d HH H hh h
/// mm m ss s fff F tt zzz</c>; other characters, and text in single quotes, stand for themselves.
/// </summary>
internal sealed class DateTimePattern
{
    /// <summary>Last year that two digits mean unless told otherwise, as in .NET.</summary>
    public const int DefaultLastShortYear = 2049;

    readonly Token[] tokens;

    DateTimePattern(Token[] tokens) => this.tokens = tokens;

    public bool HasDate => Has(TokenKind.Day) && (Has(TokenKind.Month) || Has(TokenKind.MonthName)) && (Has(TokenKind.Year) || Has(TokenKind.ShortYear));

    public bool HasTime => (Has(TokenKind.Hour) || (Has(TokenKind.Hour12) && Has(TokenKind.Half))) && Has(TokenKind.Minute);

    public bool HasOffset => Has(TokenKind.Offset);

    /// <summary>Compiles a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="culture">Whose names of months are meant.</param>
    /// <param name="lastShortYear">Last year that two digits can mean; the first is 99 years before.</param>
    /// <exception cref="FormatException">The format has a letter that means nothing here.</exception>
    public static DateTimePattern Compile(string format, CultureInfo culture, int lastShortYear)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < format.Length;)
        {
            var letter = format[i];
            var run = 1;
            while (i + run < format.Length && format[i + run] == letter)
                run++;
            if (letter == '\'')
            {
                var end = format.IndexOf('\'', i + 1);
                if (end < 0)
                    throw new FormatException($"The format '{format}' opens a quote and does not close it.");
                tokens.Add(Token.Literally(format[(i + 1)..end]));
                i = end + 1;
                continue;
            }
            if (letter == '.' && i + 1 < format.Length && format[i + 1] == 'F')
            {
                tokens.Add(new Token(TokenKind.OptionalFraction));
                i = format.AsSpan(i + 1).IndexOfAnyExcept('F') is var rest && rest < 0 ? format.Length : i + 1 + rest;
                continue;
            }
            tokens.Add(Letter(format, letter, run, culture, lastShortYear));
            i += run;
        }
        return new DateTimePattern([.. tokens]);
    }

    /// <summary>Reads the whole of a text.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, scoped ref DateTimeParts parts)
    {
        foreach (var token in tokens)
        {
            var used = token.Read(text, ref parts);
            if (used < 0)
                return false;
            text = text[used..];
        }
        return text.IsEmpty;
    }

    bool Has(TokenKind kind) => Array.Exists(tokens, token => token.Kind == kind);

    static Token Letter(string format, char letter, int run, CultureInfo culture, int lastShortYear) => (letter, run) switch
    {
        ('y', 4) => new Token(TokenKind.Year, 4, 4),
        ('y', 2) => new Token(TokenKind.ShortYear, 2, 2) { LastShortYear = lastShortYear },
        ('M', 3) => Token.MonthNames(culture.DateTimeFormat.AbbreviatedMonthNames, culture.DateTimeFormat.AbbreviatedMonthGenitiveNames),
        ('M', 4) => Token.MonthNames(culture.DateTimeFormat.MonthNames, culture.DateTimeFormat.MonthGenitiveNames),
        ('M', 1 or 2) => new Token(TokenKind.Month, run, 2),
        ('d', 1 or 2) => new Token(TokenKind.Day, run, 2),
        ('H', 1 or 2) => new Token(TokenKind.Hour, run, 2),
        ('h', 1 or 2) => new Token(TokenKind.Hour12, run, 2),
        ('m', 1 or 2) => new Token(TokenKind.Minute, run, 2),
        ('s', 1 or 2) => new Token(TokenKind.Second, run, 2),
        ('f', <= 9) => new Token(TokenKind.Fraction, run, run),
        ('t', 2) => new Token(TokenKind.Half),
        ('z', 3) => new Token(TokenKind.Offset),
        ('T' or 'Z', _) => Token.Literally(new string(letter, run)),
        _ when char.IsAsciiLetter(letter) => throw new FormatException(
            $"'{new string(letter, run)}' in the format '{format}' means nothing. Use yyyy MM dd HH mm ss fff zzz, and put letters that stand for themselves in single quotes."),
        _ => Token.Literally(new string(letter, run)),
    };

    enum TokenKind
    {
        Literal,
        Year,
        ShortYear,
        Month,
        MonthName,
        Day,
        Hour,
        Hour12,
        Half,
        Minute,
        Second,
        Fraction,
        OptionalFraction,
        Offset,
    }

    sealed class Token(TokenKind kind, int least = 0, int most = 0)
    {
        byte[] literal = [];
        (byte[] Name, int Month)[] months = [];

        public TokenKind Kind => kind;

        public int LastShortYear { get; init; }

        public static Token Literally(string text) => new(TokenKind.Literal) { literal = Encoding.UTF8.GetBytes(text) };

        public static Token MonthNames(string[] names, string[] genitives) => new(TokenKind.MonthName)
        {
            // The longest name first, for one may begin with another.
            months = [.. names.Concat(genitives).Select((name, i) => (Encoding.UTF8.GetBytes(name), (i % 13) + 1)).Where(m => m.Item1.Length > 0).OrderByDescending(m => m.Item1.Length)],
        };

        /// <summary>Reads this token's part of the text.</summary>
        /// <returns>Bytes used, -1 when the text does not fit.</returns>
        public int Read(ReadOnlySpan<byte> text, scoped ref DateTimeParts parts) => kind switch
        {
            TokenKind.Literal => text.StartsWith(literal) ? literal.Length : -1,
            TokenKind.MonthName => ReadMonthName(text, ref parts.Month),
            TokenKind.Half => ReadHalf(text, ref parts.Hour),
            TokenKind.Offset => ReadOffset(text, ref parts.OffsetMinutes),
            TokenKind.Fraction => ReadFraction(text, least, most, ref parts.Fraction),
            TokenKind.OptionalFraction => text is [(byte)'.', ..] ? 1 + ReadFraction(text[1..], 1, 9, ref parts.Fraction) is var used and > 0 ? used : -1 : 0,
            _ => ReadDigits(text, ref parts),
        };

        int ReadDigits(ReadOnlySpan<byte> text, scoped ref DateTimeParts parts)
        {
            var value = 0;
            var used = 0;
            for (; used < most && used < text.Length && (uint)(text[used] - '0') <= 9; used++)
                value = (value * 10) + (text[used] - '0');
            if (used < least)
                return -1;
            switch (kind)
            {
                case TokenKind.Year: parts.Year = value; break;
                case TokenKind.ShortYear: parts.Year = LastShortYear - ((((LastShortYear - value) % 100) + 100) % 100); break;
                case TokenKind.Month: parts.Month = value; break;
                case TokenKind.Day: parts.Day = value; break;
                case TokenKind.Minute: parts.Minute = value; break;
                case TokenKind.Second: parts.Second = value; break;
                case TokenKind.Hour12 when value is < 1 or > 12: return -1;
                case TokenKind.Hour12: parts.Hour += value % 12; break;
                default: parts.Hour += value; break;
            }
            return used;
        }

        int ReadMonthName(ReadOnlySpan<byte> text, scoped ref int month)
        {
            foreach (var (name, number) in months)
            {
                if (text.Length < name.Length || !(text.StartsWith(name) || Ascii.EqualsIgnoreCase(text[..name.Length], name)))
                    continue;
                month = number;
                return name.Length;
            }
            return -1;
        }

        /// <summary>Adds half a day; the hour is read by then or is added to this later.</summary>
        static int ReadHalf(ReadOnlySpan<byte> text, scoped ref int hour)
        {
            if (text.Length < 2 || (text[1] | 0x20) != 'm' || (text[0] | 0x20) is not ('a' or 'p'))
                return -1;
            hour += (text[0] | 0x20) == 'p' ? 12 : 0;
            return 2;
        }

        static int ReadFraction(ReadOnlySpan<byte> text, int least, int most, ref ReadOnlySpan<byte> fraction)
        {
            var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            var digits = Math.Min(end < 0 ? text.Length : end, most);
            if (digits < least)
                return -2;
            fraction = text[..digits];
            return digits;
        }

        static int ReadOffset(ReadOnlySpan<byte> text, scoped ref int? offset)
        {
            if (text is [(byte)'Z', ..])
            {
                offset = 0;
                return 1;
            }
            if (text.Length < 5 || text[0] is not ((byte)'+' or (byte)'-'))
                return -1;
            var colon = text[3] == ':' ? 1 : 0;
            if (text.Length < 5 + colon)
                return -1;
            var (hours, minutes) = (Iso8601.TwoDigits(text[1..]), Iso8601.TwoDigits(text[(3 + colon)..]));
            if (hours is < 0 or > 14 || minutes is < 0 or > 59)
                return -1;
            offset = (text[0] == '-' ? -1 : 1) * ((hours * 60) + minutes);
            return 5 + colon;
        }
    }
}
