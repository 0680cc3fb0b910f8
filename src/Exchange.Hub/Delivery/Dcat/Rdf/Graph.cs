namespace Exchange.Hub.Delivery.Dcat.Rdf;

/// <summary>A set of statements, grouped by what they are about, in the order in which they were made.</summary>
sealed class Graph
{
    readonly Dictionary<Iri, Node> nodes = [];
    readonly List<Node> inOrder = [];

    /// <summary>What statements are about.</summary>
    public IReadOnlyList<Node> Nodes => inOrder;

    /// <summary>What is said about something, to say more.</summary>
    public Node About(Iri subject)
    {
        if (!nodes.TryGetValue(subject, out var node))
        {
            node = nodes[subject] = new Node(subject);
            inOrder.Add(node);
        }
        return node;
    }
}

/// <summary>The statements about one thing.</summary>
sealed class Node(Iri subject)
{
    readonly List<(Iri Predicate, List<Term> Objects)> statements = [];

    public Iri Subject { get; } = subject;

    /// <summary>Predicates, each with its objects.</summary>
    public IReadOnlyList<(Iri Predicate, List<Term> Objects)> Statements => statements;

    /// <summary>Says what it is.</summary>
    /// <param name="names">Classes by short name, such as <c>dcat:Dataset</c>.</param>
    public Node IsA(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            Says("rdf:type", Vocabulary.Name(name));
        return this;
    }

    /// <summary>Makes a statement; said twice it stands once, and null is nothing to say.</summary>
    /// <param name="name">Predicate by short name, such as <c>dct:title</c>.</param>
    /// <param name="term">Object.</param>
    public Node Says(string name, Term? term)
    {
        if (term is null)
            return this;
        var predicate = Vocabulary.Name(name);
        var objects = statements.FirstOrDefault(statement => statement.Predicate == predicate).Objects;
        if (objects is null)
            statements.Add((predicate, objects = []));
        if (!objects.Contains(term))
            objects.Add(term);
        return this;
    }

    /// <summary>States a text in each of its languages.</summary>
    public Node Says(string name, IReadOnlyDictionary<string, string> text)
    {
        foreach (var (language, words) in text)
            Says(name, LiteralTerm.In(language, words));
        return this;
    }
}
