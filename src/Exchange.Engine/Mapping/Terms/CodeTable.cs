using System.IO.Hashing;
using System.Text;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>A code table looked up by bytes: open addressing, so that a look-up makes no string and no garbage.</summary>
internal sealed class CodeTable
{
    readonly byte[]?[] codes;
    readonly ConstantTerm[] values;
    readonly int mask;

    public CodeTable(string name, IReadOnlyList<KeyValuePair<string, ConstantTerm>> entries)
    {
        Name = name;
        Entries = entries;
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, entries.Count * 2));
        mask = size - 1;
        codes = new byte[size][];
        values = new ConstantTerm[size];
        foreach (var (code, value) in entries)
        {
            var utf8 = Encoding.UTF8.GetBytes(code);
            var slot = Slot(utf8);
            codes[slot] = utf8;
            values[slot] = value;
            Kinds |= value.Kinds;
        }
    }

    public string Name { get; }

    /// <summary>Codes with what they stand for.</summary>
    public IReadOnlyList<KeyValuePair<string, ConstantTerm>> Entries { get; }

    public Kinds Kinds { get; }

    /// <summary>What the table holds for a code; false when it does not have it.</summary>
    public bool TryFind(ReadOnlySpan<byte> code, out Value value)
    {
        var slot = Slot(code);
        var found = codes[slot] is not null;
        value = found ? new Value(values[slot].Kind, values[slot].Utf8) : Value.Null;
        return found;
    }

    /// <summary>Where the code stands, or the free slot where it would.</summary>
    int Slot(ReadOnlySpan<byte> code)
    {
        var slot = (int)XxHash3.HashToUInt64(code) & mask;
        while (codes[slot] is { } other && !code.SequenceEqual(other))
            slot = (slot + 1) & mask;
        return slot;
    }
}

/// <summary>What becomes of a code that is not in its table.</summary>
internal enum LookupMiss
{
    Reject,
    Null,
    Keep,
}

/// <summary>Translates codes by a table.</summary>
internal sealed class LookupTerm(Term source, CodeTable table, LookupMiss miss) : Term(table.Kinds | (miss == LookupMiss.Keep ? source.Kinds : Kinds.None))
{
    public CodeTable Table => table;

    public bool KeepsUnknown => miss == LookupMiss.Keep;

    public override Value Evaluate(Row row)
    {
        var code = source.Evaluate(row);
        if (!code.IsPresent)
            return code;
        if (table.TryFind(code.Utf8, out var value))
            return value;
        return miss switch
        {
            LookupMiss.Keep => code,
            LookupMiss.Null => Value.Null,
            _ => row.Fail(RejectCode.LookupMiss, $"Code {Row.Show(code.Utf8)} is not in table '{table.Name}'. Add it to the table, or say what becomes of unknown codes with \"miss\"."),
        };
    }
}
