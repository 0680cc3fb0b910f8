using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// Goes through two sides in the order of keys at once: counts and hashes each range, and names the keys at which they
/// differ. Memory is one row of each, whatever their number.
/// </summary>
sealed class RangeComparison : IDisposable
{
    const int RangeSize = 10_000;
    const int MostDifferences = 1000;

    readonly IncrementalHash records = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly IncrementalHash rows = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<ReconciledRange> ranges = [];
    readonly List<ReconciledDifference> differences = [];
    (byte[]? From, byte[]? To, long Records, long Rows, int Keys) range;

    public long Records { get; private set; }

    public long Rows { get; private set; }

    public long Equal { get; private set; }

    public long Missing { get; private set; }

    public long Extra { get; private set; }

    public long Different { get; private set; }

    public IReadOnlyList<ReconciledRange> Ranges => ranges;

    public IReadOnlyList<ReconciledDifference> Differences => differences;

    /// <summary>Takes a key at which at least one side has something.</summary>
    public void Add(CanonicalRow? record, CanonicalRow? row)
    {
        var key = (record ?? row)!.Key;
        if (record is not null)
        {
            records.AppendData(record.Bytes);
            range.Records++;
            Records++;
        }
        if (row is not null)
        {
            rows.AppendData(row.Bytes);
            range.Rows++;
            Rows++;
        }
        Compare(key, record, row);
        range = range with { From = range.From ?? key, To = key, Keys = range.Keys + 1 };
        if (range.Keys == RangeSize)
            Close();
    }

    /// <summary>Ends the last range.</summary>
    public void Close()
    {
        if (range.Keys == 0)
            return;
        ranges.Add(new ReconciledRange(
            Encoding.UTF8.GetString(range.From!), Encoding.UTF8.GetString(range.To!), range.Records, range.Rows,
            Convert.ToHexStringLower(records.GetHashAndReset()), Convert.ToHexStringLower(rows.GetHashAndReset())));
        range = default;
    }

    public void Dispose()
    {
        records.Dispose();
        rows.Dispose();
    }

    void Compare(byte[] key, CanonicalRow? record, CanonicalRow? row)
    {
        if (row is null)
        {
            Missing++;
            Note(key, "missing", []);
        }
        else if (record is null)
        {
            Extra++;
            Note(key, "extra", []);
        }
        else if (record.Bytes.SequenceEqual(row.Bytes))
        {
            Equal++;
        }
        else
        {
            Different++;
            Note(key, "different", record.Differences(row));
        }
    }

    void Note(byte[] key, string what, IReadOnlyList<string> columns)
    {
        if (differences.Count < MostDifferences)
            differences.Add(new ReconciledDifference(Encoding.UTF8.GetString(key), what, columns));
    }
}
