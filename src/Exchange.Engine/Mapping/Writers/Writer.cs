using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping.Writers;

/// <summary>A compiled rule that writes JSON. Immutable; what changes stands in the row.</summary>
internal abstract class Writer
{
    /// <summary>Writes the value for this row.</summary>
    /// <returns>False when there is no value, or a fault: then what was written is to be forgotten.</returns>
    public abstract bool Write(Row row, JsonBuffer json);
}

/// <summary>A fixed value.</summary>
internal sealed class ConstantWriter(byte[] value) : Writer
{
    readonly bool isNull = value.AsSpan().SequenceEqual("null"u8);

    public override bool Write(Row row, JsonBuffer json)
    {
        if (!isNull)
            json.Write(value);
        return !isNull;
    }
}

/// <summary>The first of several that has a value.</summary>
internal sealed class CoalesceWriter(IReadOnlyList<Writer> writers) : Writer
{
    readonly Writer[] writers = [.. writers];

    public override bool Write(Row row, JsonBuffer json)
    {
        var start = json.Length;
        var faults = row.Faults.Count;
        foreach (var writer in writers)
        {
            if (writer.Write(row, json))
                return true;
            json.Truncate(start);
            if (row.Faults.Count > faults)
                return false;
        }
        return false;
    }
}

/// <summary>One of two. A condition without a value counts as false.</summary>
internal sealed class ChoiceWriter(Term condition, Writer then, Writer? otherwise) : Writer
{
    public override bool Write(Row row, JsonBuffer json)
    {
        var chosen = condition.Evaluate(row);
        return !chosen.IsFault && ((chosen.IsTrue ? then : otherwise)?.Write(row, json) ?? false);
    }
}

/// <summary>An array of the elements that have a value; no value when none has.</summary>
internal sealed class ArrayWriter(IReadOnlyList<Writer> items, string pointer) : Writer
{
    readonly Writer[] items = [.. items];

    public override bool Write(Row row, JsonBuffer json)
    {
        var written = 0;
        foreach (var item in items)
            written += WriteItem(row, json, item, written, pointer) ? 1 : 0;
        if (written > 0)
            json.Write((byte)']');
        return written > 0;
    }

    /// <summary>Writes one element behind <paramref name="index"/> others.</summary>
    public static bool WriteItem(Row row, JsonBuffer json, Writer item, int index, string pointer)
    {
        var start = json.Length;
        var faults = row.Faults.Count;
        json.Write(index == 0 ? (byte)'[' : (byte)',');
        var written = item.Write(row, json);
        if (!written)
            json.Truncate(start);
        if (row.Faults.Count > faults)
            row.Blame(faults, $"{pointer}/{index}");
        return written;
    }
}

/// <summary>An array of the pieces of a text; no value when none has one.</summary>
internal sealed class SplitWriter(Term source, byte[] separator, Writer item, string pointer) : Writer
{
    public override bool Write(Row row, JsonBuffer json)
    {
        var text = source.Evaluate(row);
        if (!text.IsPresent)
            return false;
        // The pieces are read from a copy in the scratch space, which stays where it is when that space grows.
        var start = row.Scratch.Length;
        row.Scratch.Write(text.Utf8);
        var copy = row.Scratch.WrittenMemory[start..];
        var written = 0;
        foreach (var range in copy.Span.Split(separator))
        {
            row.Piece = copy[range];
            written += ArrayWriter.WriteItem(row, json, item, written, pointer) ? 1 : 0;
        }
        if (written > 0)
            json.Write((byte)']');
        return written > 0;
    }
}
