using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>
/// A deterministic automaton over UTF-8: one table look-up per byte, no conversion, nothing to backtrack. Built
/// ahead and never changed, so threads share it.
/// </summary>
sealed class ByteDfa : PatternMatcher
{
    const int MaxStates = 1_500;
    const ushort Dead = 0;
    const ushort Matched = 1;

    readonly byte[] classOf;
    readonly int classes;
    readonly ushort start;
    readonly ushort[] table;
    readonly bool[] acceptsAtEnd;

    ByteDfa(byte[] classOf, int classes, ushort start, ushort[] table, bool[] acceptsAtEnd)
    {
        (this.classOf, this.classes, this.start, this.table, this.acceptsAtEnd) = (classOf, classes, start, table, acceptsAtEnd);
    }

    public override bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        int state = start;
        ref var of = ref MemoryMarshal.GetArrayDataReference(classOf);
        foreach (var next in utf8)
        {
            if (state <= Matched)
                break;
            state = table[(state * classes) + Unsafe.Add(ref of, next)];
        }
        return acceptsAtEnd[state];
    }

    /// <summary>Null when the automaton would be too large.</summary>
    public static ByteDfa? TryBuild(Nfa nfa) => new Builder(nfa).Build();

    /// <summary>Subset construction. State 0 is dead, state 1 has matched whatever follows.</summary>
    sealed class Builder(Nfa nfa)
    {
        readonly Dictionary<string, ushort> known = [];
        readonly List<int[]> sets = [[], []];
        readonly List<bool> accepts = [false, true];
        readonly byte[] classOf = new byte[256];
        readonly List<byte> representatives = [];

        public ByteDfa? Build()
        {
            FindByteClasses();
            var first = StateOf([nfa.Start], atStart: true);
            var table = new List<ushort>();
            for (var state = 0; state < sets.Count; state++)
            {
                if (sets.Count > MaxStates)
                    return null;
                foreach (var representative in representatives)
                    table.Add(state <= Matched ? (ushort)state : Step(sets[state], representative));
            }
            return new ByteDfa(classOf, representatives.Count, first, [.. table], [.. accepts]);
        }

        /// <summary>Bytes that no range tells apart share one column.</summary>
        void FindByteClasses()
        {
            var starts = new bool[257];
            foreach (var state in nfa.States.Where(s => s.Kind == NfaKind.Byte && s.Low <= s.High))
                starts[state.Low] = starts[state.High + 1] = true;
            for (var value = 0; value < 256; value++)
            {
                if (value == 0 || starts[value])
                    representatives.Add((byte)value);
                classOf[value] = (byte)(representatives.Count - 1);
            }
        }

        ushort Step(int[] set, byte value)
        {
            var seeds = new List<int>();
            foreach (var index in set)
            {
                var state = nfa.States[index];
                if (state.Kind == NfaKind.Byte && state.Low <= value && value <= state.High)
                    seeds.Add(state.Next);
            }
            // A match may begin anywhere; within a character it comes to nothing by itself.
            seeds.Add(nfa.Start);
            return StateOf(seeds, atStart: false);
        }

        ushort StateOf(List<int> seeds, bool atStart)
        {
            var closure = Close(seeds, atStart, atEnd: false);
            if (closure.Any(s => nfa.States[s].Kind == NfaKind.Match))
                return Matched;
            var acceptsHere = Close(seeds, atStart, atEnd: true).Any(s => nfa.States[s].Kind == NfaKind.Match);
            int[] set = [.. closure.Where(s => nfa.States[s].Kind == NfaKind.Byte).Order()];
            if (set.Length == 0 && !acceptsHere)
                return Dead;
            var key = $"{acceptsHere}:{string.Join(',', set)}";
            if (known.TryGetValue(key, out var state))
                return state;
            state = (ushort)sets.Count;
            sets.Add(set);
            accepts.Add(acceptsHere);
            return known[key] = state;
        }

        HashSet<int> Close(List<int> seeds, bool atStart, bool atEnd)
        {
            var closure = new HashSet<int>();
            var open = new Stack<int>(seeds);
            while (open.TryPop(out var index))
            {
                if (!closure.Add(index))
                    continue;
                var state = nfa.States[index];
                if (state.Kind == NfaKind.Split)
                    open.Push(state.Other);
                if (state.Kind == NfaKind.Split || (state.Kind == NfaKind.Start && atStart) || (state.Kind == NfaKind.End && atEnd))
                    open.Push(state.Next);
            }
            return closure;
        }
    }
}
