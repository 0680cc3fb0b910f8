using System.Numerics;
using System.Text;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary>Finds the index of a known property name by its bytes: first where it stood last time, then by hash.</summary>
sealed class PropertyTable
{
    readonly byte[][] names;
    readonly uint[] hashes;
    readonly int[] slots;

    public PropertyTable(IReadOnlyList<string> names)
    {
        Names = names;
        this.names = [.. names.Select(Encoding.UTF8.GetBytes)];
        hashes = [.. this.names.Select(n => NameHash.Of(n))];
        slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(names.Count * 4, 4))];
        for (var i = 0; i < names.Count; i++)
        {
            var slot = hashes[i] & (uint)(slots.Length - 1);
            while (slots[slot] != 0)
                slot = (slot + 1) & (uint)(slots.Length - 1);
            slots[slot] = i + 1;
        }
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Index of a name token, or -1. Records mostly keep one order, so the successor of the last hit is tried first.</summary>
    public int Find(in JsonView json, int name, int guess)
    {
        var hash = (uint)json[name].Next;
        var text = json.Text(name);
        if ((uint)guess < (uint)names.Length && hashes[guess] == hash && text.SequenceEqual(names[guess]))
            return guess;
        for (var slot = hash & (uint)(slots.Length - 1); slots[slot] != 0; slot = (slot + 1) & (uint)(slots.Length - 1))
        {
            var index = slots[slot] - 1;
            if (hashes[index] == hash && text.SequenceEqual(names[index]))
                return index;
        }
        return -1;
    }
}
