using System.Text;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>
/// A nondeterministic automaton over the bytes of UTF-8, built from a parsed pattern (Thompson's construction).
/// </summary>
sealed class Nfa
{
    const int MaxStates = 20_000;
    readonly List<NfaState> states = [];

    Nfa()
    {
    }

    public IReadOnlyList<NfaState> States => states;

    public int Start { get; private set; }

    /// <summary>Null when the pattern has parts an automaton cannot do, or would be too large.</summary>
    public static Nfa? TryBuild(PatternNode pattern)
    {
        var nfa = new Nfa();
        var match = nfa.Add(new NfaState(NfaKind.Match));
        try
        {
            nfa.Start = nfa.Build(pattern, match);
            return nfa;
        }
        catch (NotRegularException)
        {
            return null;
        }
    }

    int Add(NfaState state)
    {
        if (states.Count == MaxStates)
            throw new NotRegularException();
        states.Add(state);
        return states.Count - 1;
    }

    /// <summary>Builds a part that goes on to <paramref name="next"/>; returns its first state.</summary>
    int Build(PatternNode node, int next) => node switch
    {
        CharacterNode character => BuildSet(character.Set, next),
        SequenceNode sequence => sequence.Parts.Reverse().Aggregate(next, (then, part) => Build(part, then)),
        AlternativesNode alternatives => alternatives.Options.Select(o => Build(o, next)).ToArray().Aggregate((a, b) => Add(new NfaState(NfaKind.Split, a, b))),
        CaptureNode capture => Build(capture.Part, next),
        RepeatNode repeat => BuildRepeat(repeat, next),
        StartNode => Add(new NfaState(NfaKind.Start, next)),
        EndNode => Add(new NfaState(NfaKind.End, next)),
        _ => throw new NotRegularException(),
    };

    int BuildRepeat(RepeatNode repeat, int next)
    {
        var first = next;
        if (repeat.Max is not { } max)
        {
            first = Add(new NfaState(NfaKind.Split, next, next));
            states[first] = new NfaState(NfaKind.Split, Build(repeat.Part, first), next);
        }
        else
        {
            for (var i = repeat.Min; i < max; i++)
                first = Add(new NfaState(NfaKind.Split, Build(repeat.Part, first), next));
        }
        for (var i = 0; i < repeat.Min; i++)
            first = Build(repeat.Part, first);
        return first;
    }

    int BuildSet(CodePointSet set, int next)
    {
        var paths = new List<int>();
        var shared = new Dictionary<(byte, byte, int), int>();
        foreach (var (low, high) in set.Ranges)
            AddUtf8(low, high, next, paths, shared);
        if (paths.Count == 0)
            return Add(new NfaState(NfaKind.Byte) { Low = 1, High = 0 });
        return paths.Aggregate((a, b) => Add(new NfaState(NfaKind.Split, a, b)));
    }

    /// <summary>Splits a range of code points into ranges whose encodings differ only within one range per byte.</summary>
    void AddUtf8(int low, int high, int next, List<int> paths, Dictionary<(byte, byte, int), int> shared)
    {
        foreach (var bound in (ReadOnlySpan<int>)[0x7F, 0x7FF, 0xFFFF])
        {
            if (low > bound || high <= bound)
                continue;
            AddUtf8(low, bound, next, paths, shared);
            AddUtf8(bound + 1, high, next, paths, shared);
            return;
        }
        for (var bits = 6; bits <= 18 && high > 0x7F; bits += 6)
        {
            var mask = (1 << bits) - 1;
            if ((low & ~mask) == (high & ~mask))
                continue;
            var cut = (low & mask) != 0 ? low | mask : (high & mask) != mask ? (high & ~mask) - 1 : -1;
            if (cut < 0)
                continue;
            AddUtf8(low, cut, next, paths, shared);
            AddUtf8(cut + 1, high, next, paths, shared);
            return;
        }
        Span<byte> from = stackalloc byte[4], to = stackalloc byte[4];
        var length = new Rune(low).EncodeToUtf8(from);
        new Rune(high).EncodeToUtf8(to);
        for (var i = length - 1; i >= 0; i--)
            next = Shared(from[i], to[i], next, shared);
        paths.Add(next);
    }

    int Shared(byte low, byte high, int next, Dictionary<(byte, byte, int), int> shared)
    {
        if (!shared.TryGetValue((low, high, next), out var state))
            shared[(low, high, next)] = state = Add(new NfaState(NfaKind.Byte, next) { Low = low, High = high });
        return state;
    }

    sealed class NotRegularException : Exception;
}

enum NfaKind : byte
{
    Byte,
    Split,
    Start,
    End,
    Match,
}

/// <summary>One state: a byte range to consume, or a way on without consuming.</summary>
readonly record struct NfaState(NfaKind Kind, int Next = -1, int Other = -1)
{
    public byte Low { get; init; }

    public byte High { get; init; }
}
