using System.Text;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>The row being mapped, with its scratch space and what went wrong in it so far. Reused from row to row.</summary>
internal sealed class Row(DateOnly today)
{
    const int ShownCharacters = 60;

    public Batch Batch { get; private set; } = null!;

    public int Index { get; private set; }

    /// <summary>The date on which the run started; expressions never see a clock.</summary>
    public DateOnly Today { get; } = today;

    /// <summary>Space for produced values; forgotten with the row.</summary>
    public JsonBuffer Scratch { get; } = new(4096);

    /// <summary>The piece at hand while a split is under way.</summary>
    public ReadOnlyMemory<byte> Piece { get; set; }

    /// <summary>What is wrong with this row.</summary>
    public List<FieldFault> Faults { get; } = [];

    public void MoveTo(Batch batch, int index)
    {
        Batch = batch;
        Index = index;
        Scratch.Clear();
        Faults.Clear();
    }

    /// <summary>Notes a fault; the field being written adds its pointer.</summary>
    public Value Fail(string code, string message)
    {
        Faults.Add(new FieldFault(code, null, message));
        return Value.Fault;
    }

    /// <summary>Gives the faults noted since <paramref name="from"/> the field that they belong to.</summary>
    public void Blame(int from, string pointer)
    {
        for (var i = from; i < Faults.Count; i++)
            Faults[i] = Faults[i] with { Pointer = Faults[i].Pointer ?? pointer };
    }

    /// <summary>The value written into the scratch space since <paramref name="start"/>.</summary>
    public Value Produced(ValueKind kind, int start) => new(kind, Scratch.WrittenSpan[start..]);

    /// <summary>A value as a message shows it: quoted, cut, and never raw control characters.</summary>
    public static string Show(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, ShownCharacters * 4)]);
        var shown = new StringBuilder("'");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, ShownCharacters)))
            shown.Append(char.IsControl(c) ? '\uFFFD' : c);
        return shown.Append(text.Length > ShownCharacters || utf8.Length > ShownCharacters * 4 ? "…'" : "'").ToString();
    }
}

/// <summary>One thing wrong with a row.</summary>
internal readonly record struct FieldFault(string Code, string? Pointer, string Message);
