namespace Exchange.Engine.Records;

/// <summary>Fields and masks as they are gathered for a <see cref="RecordView"/>.</summary>
sealed class ViewTree
{
    readonly List<(byte[] Name, ViewTree Tree)> children = [];
    bool shown;
    FieldMask? mask;

    bool ShowsBeneath => children.Exists(child => child.Tree.shown || child.Tree.ShowsBeneath);

    public void Show(ReadOnlySpan<byte[]> segments) => At(segments).shown = true;

    public void Cover(ReadOnlySpan<byte[]> segments, FieldMask with) => At(segments).mask = with;

    public ViewNode Compile() => Compile(within: false, covered: null) ?? ViewNode.Nothing;

    /// <summary>Null when nothing here is shown; <paramref name="within"/> says that what it stands in is shown whole.</summary>
    ViewNode? Compile(bool within, FieldMask? covered)
    {
        covered ??= mask;
        var whole = within || (shown && !ShowsBeneath);
        if (whole && covered is { } cover)
            return ViewNode.Masked(cover);
        if (whole && !HidesBeneath)
            return ViewNode.Whole;
        var compiled = children.ConvertAll(child => (child.Name, Node: child.Tree.Compile(whole, covered)));
        return whole || compiled.Exists(child => child.Node is not null)
            ? ViewNode.Descend([.. compiled], others: whole)
            : null;
    }

    bool HidesBeneath => children.Exists(child => child.Tree.mask is not null || child.Tree.HidesBeneath);

    ViewTree At(ReadOnlySpan<byte[]> segments)
    {
        if (segments.IsEmpty)
            return this;
        foreach (var (name, tree) in children)
        {
            if (name.AsSpan().SequenceEqual(segments[0]))
                return tree.At(segments[1..]);
        }
        var added = new ViewTree();
        children.Add((segments[0], added));
        return added.At(segments[1..]);
    }
}
