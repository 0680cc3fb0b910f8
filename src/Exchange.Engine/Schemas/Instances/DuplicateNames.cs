using System.IO.Hashing;
using System.Security.Cryptography;

namespace Exchange.Engine.Schemas.Instances;

/// <summary>Finds property names that stand twice in one object, in linear time also against chosen names.</summary>
sealed class DuplicateNames
{
    /// <summary>Up to this many members names are compared one by one as they come.</summary>
    public const int Few = 32;

    readonly long seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    int[] slots = [];

    /// <summary>True when one of the first <paramref name="members"/> names of the object is this one.</summary>
    public static bool Precedes(in JsonView json, int container, int members, int name)
    {
        var earlier = container + 1;
        for (var i = 0; i < members; i++)
        {
            if (json[earlier].Next == json[name].Next && json.Text(earlier).SequenceEqual(json.Text(name)))
                return true;
            earlier = json[earlier + 1].Next;
        }
        return false;
    }

    /// <summary>The first name of a whole object that stands twice, or -1.</summary>
    public int Find(in JsonView json, int container)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)json[container].Length * 2);
        if (slots.Length < size)
            slots = new int[size];
        var table = slots.AsSpan(0, size);
        table.Clear();
        for (int i = 0, name = container + 1; i < json[container].Length; i++, name = json[name + 1].Next)
        {
            var text = json.Text(name);
            var slot = (int)XxHash3.HashToUInt64(text, seed) & (size - 1);
            for (; table[slot] != 0; slot = (slot + 1) & (size - 1))
            {
                if (json.Text(table[slot]).SequenceEqual(text))
                    return name;
            }
            table[slot] = name;
        }
        return -1;
    }
}
