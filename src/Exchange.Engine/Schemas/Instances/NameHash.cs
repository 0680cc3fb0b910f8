using System.Buffers.Binary;
using System.Numerics;

namespace Exchange.Engine.Schemas.Instances;

/// <summary>
/// Cheap hash of a property name from its length and both ends. It only has to tell the names of one schema apart;
/// where an attacker could choose the names, a keyed hash is used instead.
/// </summary>
static class NameHash
{
    public static uint Of(ReadOnlySpan<byte> name)
    {
        ulong head, tail;
        if (name.Length >= 8)
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(name);
            tail = BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]);
        }
        else if (name.Length >= 4)
        {
            head = BinaryPrimitives.ReadUInt32LittleEndian(name);
            tail = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
        }
        else
        {
            head = name.Length == 0 ? 0UL : name[0] | ((ulong)name[name.Length / 2] << 8);
            tail = name.Length == 0 ? 0UL : name[^1];
        }
        var mixed = (head ^ BitOperations.RotateLeft(tail * 0x9E3779B97F4A7C15, 31) ^ (ulong)name.Length) * 0xD6E8FEB86659FD93;
        return (uint)(mixed >> 32);
    }
}
