using System.Text;
using CsCheck;

namespace Exchange.Connectors.Tests;

/// <summary>A table and one of the many ways to write it down as CSV.</summary>
sealed record RenderedTable(string Encoding, byte[] Bytes, string[] Columns, string[][] Rows, long[] Offsets)
{
    // Characters that are hard in each encoding, beside those that are hard in CSV itself.
    static readonly (string Encoding, string Characters)[] Alphabets =
    [
        ("utf-8", "é张𠂇😀"), ("utf-16le", "é张𠂇😀"), ("utf-16be", "é张𠂇"), ("utf-32le", "é张𠂇"),
        ("gb18030", "é张𠂇丂€"), ("gbk", "张丂丄"), ("shift_jis", "ソ十表能ｱ"), ("big5", "許功蓋"), ("euc-kr", "홍길"),
        ("windows-1252", "é€ÿ"), ("ibm037", "é§"),
    ];

    public static Gen<RenderedTable> Gen(int maxRows) =>
        from alphabet in CsCheck.Gen.OneOfConst(Alphabets)
        from width in CsCheck.Gen.Int[1, 5]
        from rows in CsCheck.Gen.Char[alphabet.Characters + "ab,;\"\n\r\t '"].Array[0, 6].Select(Text).Array[width].Array[0, maxRows]
        from quoting in CsCheck.Gen.Bool.Array[1, 17]
        from lineEnd in CsCheck.Gen.OneOfConst("\n", "\r\n", "\r")
        from lastLineEnds in CsCheck.Gen.Bool
        from mark in CsCheck.Gen.Bool
        select Render(alphabet.Encoding, rows, width, quoting, lineEnd, lastLineEnds, mark);

    // Characters are drawn one code unit at a time; a lone surrogate is no text.
    static string Text(char[] characters) => new([.. characters.Where(character => !char.IsSurrogate(character))]);

    static RenderedTable Render(string name, string[][] rows, int width, bool[] quoting, string lineEnd, bool lastLineEnds, bool mark)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? System.Text.Encoding.GetEncoding(name);
        var columns = Enumerable.Range(1, width).Select(number => $"c{number}").ToArray();
        using var bytes = new MemoryStream();
        if (mark && name.StartsWith("utf", StringComparison.Ordinal))
            bytes.Write(encoding.GetPreamble());
        var (offsets, cell) = (new List<long>(), 0);
        foreach (var (index, row) in rows.Prepend(columns).Index())
        {
            offsets.Add(bytes.Length);
            var fields = row.Select(field => quoting[cell++ % quoting.Length] || MustQuote(field) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field);
            bytes.Write(encoding.GetBytes(string.Join(',', fields)));
            if (lastLineEnds || index < rows.Length)
                bytes.Write(encoding.GetBytes(lineEnd));
        }
        return new RenderedTable(name, bytes.ToArray(), columns, rows, [.. offsets.Skip(1)]);
    }

    static bool MustQuote(string field) => field.Length == 0 || field.AsSpan().ContainsAny(",\"\n\r");
}
