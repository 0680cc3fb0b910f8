using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>An open-addressing table of entry numbers, found by hashes that the entries hold. At most three quarters full.</summary>
sealed unsafe class SlotTable : IDisposable
{
    /// <summary>Marks a free slot.</summary>
    public const int Free = -1;

    readonly Func<int, ulong> hashOf;
    int* slots;
    long size = 1024;
    long used;

    /// <param name="expected">Entries to make room for at once.</param>
    /// <param name="hashOf">The hash of an entry.</param>
    public SlotTable(long expected, Func<int, ulong> hashOf)
    {
        this.hashOf = hashOf;
        while (size / 4 * 3 < expected)
            size *= 2;
        slots = Allocate(size);
    }

    /// <summary>The slot at which the search for a hash begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int* First(ulong hash) => slots + (hash & (ulong)(size - 1));

    /// <summary>The slot at which it goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int* Next(int* slot) => slot + 1 == slots + size ? slots : slot + 1;

    /// <summary>Adds an entry.</summary>
    public void Add(ulong hash, int number)
    {
        if (used >= size / 4 * 3)
            Grow();
        Put(hash, number);
        used++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(slots);
        slots = null;
    }

    static int* Allocate(long size)
    {
        var made = (int*)NativeMemory.Alloc((nuint)size, sizeof(int));
        NativeMemory.Fill(made, (nuint)size * sizeof(int), 0xff);
        return made;
    }

    void Put(ulong hash, int number)
    {
        var slot = First(hash);
        while (*slot != Free)
            slot = Next(slot);
        *slot = number;
    }

    void Grow()
    {
        var (old, oldSize) = ((nint)slots, size);
        size *= 2;
        slots = Allocate(size);
        for (var i = 0L; i < oldSize; i++)
        {
            var number = ((int*)old)[i];
            if (number != Free)
                Put(hashOf(number), number);
        }
        NativeMemory.Free((void*)old);
    }
}
