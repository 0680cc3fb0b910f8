namespace Exchange.Engine.Schemas.Patterns;

/// <summary>A nondeterministic automaton over classes of code points, built from a parsed pattern (Thompson's construction).</summary>
sealed class Nfa
{
    const int MaxStates = 20_000;
    readonly List<NfaState> states = [];
    readonly CodePointClasses classes;

    Nfa(CodePointClasses classes) => this.classes = classes;

    public IReadOnlyList<NfaState> States => states;

    public int Start { get; private set; }

    /// <summary>Null when the pattern has parts an automaton cannot do, or would be too large.</summary>
    public static Nfa? TryBuild(PatternNode pattern, CodePointClasses classes)
    {
        var nfa = new Nfa(classes);
        try
        {
            nfa.Start = nfa.Build(pattern, nfa.Add(new NfaState(NfaKind.Match)));
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
        CharacterNode character => Add(new NfaState(NfaKind.Character, next) { Accepts = classes.Of(character.Set) }),
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

    sealed class NotRegularException : Exception;
}

enum NfaKind : byte
{
    Character,
    Split,
    Start,
    End,
    Match,
}

/// <summary>One state: a character to consume, or a way on without consuming.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Next">State behind.</param>
/// <param name="Other">Second state behind a split.</param>
sealed record NfaState(NfaKind Kind, int Next = -1, int Other = -1)
{
    /// <summary>Which classes of code points a character state consumes.</summary>
    public bool[] Accepts { get; init; } = [];
}
