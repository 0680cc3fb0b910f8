using System.Globalization;
using System.Text;

namespace Exchange.Benchmarks.Validate;

/// <summary>Made-up employment records, one JSON text a line; the same seed makes the same file. One in a hundred is invalid.</summary>
static class RecordFile
{
    const int Seed = 20_240_229;
    static readonly string[] Names = ["王小明", "李丽", "张伟", "O'Neil", "Zhao Qian", "Sun Li"];
    static readonly string[] States = ["active", "suspended", "ended"];

    public static byte[][] Make(int rows)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, rows).Select(i => Encoding.UTF8.GetBytes(Line(random, i)))];
    }

    static string Line(Random random, int index)
    {
        var born = new DateOnly(1950, 1, 1).AddDays(random.Next(20_000));
        var bad = index % 100 == 99;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"id":"{{random.NextInt64(10_000_000_000_000_000, 99_999_999_999_999_999)}}{{(bad ? "Y" : "X")}}","name":"{{Names[random.Next(Names.Length)]}}","sex":"{{"FMX"[random.Next(3)]}}","born":"{{born:yyyy-MM-dd}}","employer":"91{{random.Next(100_000, 999_999)}}MA{{random.Next(10_000_000, 99_999_999)}}","district":"BJ{{random.Next(1000, 9999)}}","status":"{{States[random.Next(3)]}}","wage":{{random.Next(200_000, 3_000_000) / 100m}},"months":{{random.Next(480)}},"insured":{{(random.Next(2) == 0 ? "true" : "false")}},"email":null,"updated":"2024-02-29T08:{{random.Next(10, 60)}}:00+08:00"}
            """);
    }
}
