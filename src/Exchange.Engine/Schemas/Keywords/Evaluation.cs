namespace Exchange.Engine.Schemas.Keywords;

/// <summary>
/// What one validation carries along: where errors go, what has been evaluated (for unevaluated…) and through which
/// resources it came (for dynamic references). One per validator; not safe for several threads.
/// </summary>
sealed class Evaluation(bool tracks)
{
    int[] evaluated = tracks ? new int[64] : [];
    SchemaResource[] scope = tracks ? new SchemaResource[16] : [];
    long[] stamps = [];
    long stamp;

    /// <summary>Where errors go; null to stop at the first.</summary>
    public List<SchemaError>? Errors { get; set; }

    /// <summary>Whether evaluated members and the dynamic scope must be followed at all.</summary>
    public bool Tracks => tracks;

    /// <summary>Members evaluated so far.</summary>
    public int EvaluatedCount { get; private set; }

    /// <summary>Where the members evaluated by the current schema object begin.</summary>
    public int Mark { get; set; }

    /// <summary>Resources entered and not left.</summary>
    public int ScopeDepth { get; private set; }

    /// <summary>Makes ready for the next document.</summary>
    public void Reset(List<SchemaError>? errors)
    {
        Errors = errors;
        EvaluatedCount = Mark = ScopeDepth = 0;
    }

    /// <summary>Notes that a member of an object or array has been evaluated.</summary>
    public void Evaluated(int token)
    {
        if (EvaluatedCount == evaluated.Length)
            Array.Resize(ref evaluated, EvaluatedCount * 2);
        evaluated[EvaluatedCount++] = token;
    }

    /// <summary>Forgets the members evaluated since.</summary>
    public void Rewind(int count) => EvaluatedCount = count;

    /// <summary>Stamps the members that the current schema object evaluated.</summary>
    /// <returns>The stamp to ask <see cref="WasEvaluated"/> with.</returns>
    public long StampEvaluated(int tokens)
    {
        if (stamps.Length < tokens)
            Array.Resize(ref stamps, Math.Max(tokens, stamps.Length * 2));
        stamp++;
        foreach (var token in evaluated.AsSpan(Mark, EvaluatedCount - Mark))
            stamps[token] = stamp;
        return stamp;
    }

    /// <summary>Whether a member was evaluated, as of a call of <see cref="StampEvaluated"/>.</summary>
    public bool WasEvaluated(int token, long asOf) => stamps[token] == asOf;

    /// <summary>Enters a resource, unless it is the one we are in.</summary>
    public bool Enter(SchemaResource resource)
    {
        if (ScopeDepth > 0 && ReferenceEquals(scope[ScopeDepth - 1], resource))
            return false;
        if (ScopeDepth == scope.Length)
            Array.Resize(ref scope, ScopeDepth * 2);
        scope[ScopeDepth++] = resource;
        return true;
    }

    /// <summary>Leaves the resource entered last.</summary>
    public void Leave() => ScopeDepth--;

    /// <summary>The outermost resource of the dynamic scope that has this dynamic anchor.</summary>
    public SchemaNode? Outermost(string dynamicAnchor)
    {
        for (var i = 0; i < ScopeDepth; i++)
        {
            if (scope[i].DynamicNodes.TryGetValue(dynamicAnchor, out var node))
                return node;
        }
        return null;
    }

    /// <summary>Checks a schema only to know whether it holds: no errors are listed.</summary>
    public bool Holds(SchemaNode node, in Instances.JsonView json, int token)
    {
        var errors = Errors;
        Errors = null;
        var holds = node.Check(this, json, token);
        Errors = errors;
        return holds;
    }
}

/// <summary>A schema with its own identity (<c>$id</c>), as far as dynamic references need it.</summary>
sealed class SchemaResource
{
    /// <summary>Schemas by their <c>$dynamicAnchor</c>.</summary>
    public Dictionary<string, SchemaNode> DynamicNodes { get; } = new(StringComparer.Ordinal);
}
