using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary>One compiled schema object: for each kind of value the keywords that have something to say about it.</summary>
sealed class SchemaNode(SchemaResource resource)
{
    readonly Keyword[][] byKind = [.. Enumerable.Repeat(Array.Empty<Keyword>(), 8)];

    /// <summary>The keywords, in the order of checks.</summary>
    public IReadOnlyList<Keyword> Keywords { get; private set; } = [];

    /// <summary>Fills the node. Apart from making it, because schemas may refer to themselves.</summary>
    public void Fill(IEnumerable<Keyword> keywords)
    {
        Keywords = [.. keywords.OrderBy(k => k.Order)];
        for (var kind = 0; kind < byKind.Length; kind++)
            byKind[kind] = [.. Keywords.Where(k => ((int)k.Kinds & (1 << kind)) != 0)];
    }

    public bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var keywords = byKind[(int)json[token].Kind];
        return evaluation.Tracks ? CheckTracked(keywords, evaluation, json, token) : CheckAll(keywords, evaluation, json, token);
    }

    static bool CheckAll(Keyword[] keywords, Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        foreach (var keyword in keywords)
        {
            if (keyword.Check(evaluation, json, token))
                continue;
            valid = false;
            if (evaluation.Errors is null)
                break;
        }
        return valid;
    }

    /// <summary>What a schema evaluated counts only when it holds.</summary>
    bool CheckTracked(Keyword[] keywords, Evaluation evaluation, in JsonView json, int token)
    {
        var outer = evaluation.Mark;
        var mark = evaluation.Mark = evaluation.EvaluatedCount;
        var entered = evaluation.Enter(resource);
        var valid = CheckAll(keywords, evaluation, json, token);
        if (entered)
            evaluation.Leave();
        // While errors are collected the whole has failed already: keeping the marks avoids errors that only follow.
        if (!valid && evaluation.Errors is null)
            evaluation.Rewind(mark);
        evaluation.Mark = outer;
        return valid;
    }
}
