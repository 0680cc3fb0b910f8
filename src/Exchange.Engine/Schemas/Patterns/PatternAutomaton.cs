using System.Text;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>
/// A deterministic automaton that reads UTF-8: one table look-up per character, no conversion, nothing to backtrack.
/// Built ahead and never changed, so threads share it.
/// </summary>
sealed class PatternAutomaton : PatternMatcher
{
    const int MaxStates = 10_000;

    /// <summary>States looked at while building at most: some patterns have automata of exponential size.</summary>
    const int MaxWork = 2_000_000;
    const ushort Dead = 0;
    const ushort Matched = 1;

    readonly CodePointClasses classes;
    readonly ushort start;
    readonly ushort[] table;
    readonly bool[] acceptsAtEnd;

    PatternAutomaton(CodePointClasses classes, ushort start, ushort[] table, bool[] acceptsAtEnd) =>
        (this.classes, this.start, this.table, this.acceptsAtEnd) = (classes, start, table, acceptsAtEnd);

    public override bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        int state = start;
        var (table, columns) = (this.table, classes.Count); // registers, not fields
        var ascii = classes.Ascii;
        for (var at = 0; at < utf8.Length && state > Matched;)
        {
            int column = utf8[at];
            if (column < ascii.Length)
            {
                column = ascii[column];
                at++;
            }
            else
            {
                Rune.DecodeFromUtf8(utf8[at..], out var rune, out var length);
                column = classes.Of(rune.Value);
                at += length;
            }
            state = table[(state * columns) + column];
        }
        return acceptsAtEnd[state];
    }

    /// <summary>Null when the pattern has parts an automaton cannot do, or would be too large.</summary>
    public static PatternAutomaton? TryBuild(PatternNode pattern) =>
        CodePointClasses.TryBuild(pattern) is { } classes && Nfa.TryBuild(pattern, classes) is { } nfa ? new Builder(nfa, classes).Build() : null;

    /// <summary>Subset construction. State 0 is dead, state 1 has matched whatever follows.</summary>
    sealed class Builder(Nfa nfa, CodePointClasses classes)
    {
        readonly Dictionary<string, ushort> known = new(StringComparer.Ordinal);
        readonly List<int[]> sets = [[], []];
        readonly List<bool> accepts = [false, true];
        int work;

        public PatternAutomaton? Build()
        {
            var first = StateOf([nfa.Start], atStart: true);
            var table = new List<ushort>();
            for (var state = 0; state < sets.Count; state++)
            {
                for (var column = 0; column < classes.Count; column++)
                {
                    if (sets.Count > MaxStates || work > MaxWork)
                        return null;
                    table.Add(state <= Matched ? (ushort)state : Step(sets[state], column));
                }
            }
            return new PatternAutomaton(classes, first, [.. table], [.. accepts]);
        }

        ushort Step(int[] set, int column)
        {
            var seeds = new List<int>();
            foreach (var index in set)
            {
                if (nfa.States[index].Accepts[column])
                    seeds.Add(nfa.States[index].Next);
            }
            // A match may begin anywhere.
            seeds.Add(nfa.Start);
            return StateOf(seeds, atStart: false);
        }

        ushort StateOf(List<int> seeds, bool atStart)
        {
            var closure = Close(seeds, atStart, atEnd: false);
            if (HasMatch(closure))
                return Matched;
            var acceptsHere = HasMatch(Close(seeds, atStart, atEnd: true));
            int[] set = [.. closure.Where(s => nfa.States[s].Kind == NfaKind.Character).Order()];
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

        bool HasMatch(HashSet<int> closure) => closure.Any(s => nfa.States[s].Kind == NfaKind.Match);

        HashSet<int> Close(List<int> seeds, bool atStart, bool atEnd)
        {
            var closure = new HashSet<int>();
            var open = new Stack<int>(seeds);
            while (open.TryPop(out var index))
            {
                if (!closure.Add(index))
                    continue;
                work++;
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
