namespace Exchange.Engine.Records;

/// <summary>What becomes of one value of a record and of those inside it. Immutable.</summary>
sealed class ViewNode
{
    readonly (byte[] Name, ViewNode? Node)[] members;
    readonly ViewNode? others;
    readonly ViewNode? items;
    readonly FieldMask? mask;

    ViewNode((byte[] Name, ViewNode? Node)[] members, ViewNode? others, FieldMask? mask)
    {
        this.members = members;
        this.others = others;
        this.mask = mask;
        items = Member(AnyItem);
    }

    /// <summary>The value as it is.</summary>
    public static ViewNode Whole { get; } = new([], null, null);

    /// <summary>No member of it.</summary>
    public static ViewNode Nothing { get; } = Descend([], others: false);

    /// <summary>True for <see cref="Whole"/>.</summary>
    public bool IsShown => this == Whole;

    static ReadOnlySpan<byte> AnyItem => "\"*\""u8;

    /// <summary>The value's mask.</summary>
    public static ViewNode Masked(FieldMask mask) => new([], null, mask);

    /// <summary>The value with what its members are shown as.</summary>
    /// <param name="members">By canonical name; null for those that are not shown.</param>
    /// <param name="others">Whether all that is not named is shown as it is.</param>
    public static ViewNode Descend((byte[] Name, ViewNode? Node)[] members, bool others) => new(members, others ? Whole : null, null);

    /// <summary>The node of a field beneath this one; null when nothing of it is shown.</summary>
    public ViewNode? Find(ReadOnlySpan<byte[]> segments)
    {
        var node = this;
        foreach (var segment in segments)
        {
            if (node is null || node.IsShown || node.mask is not null)
                break;
            node = node.Member(segment);
        }
        return node;
    }

    /// <summary>Writes what is shown of a value; nothing when it is not of the shape that is shown.</summary>
    /// <returns>The end of the value.</returns>
    public int Write(ReadOnlySpan<byte> json, int start, KeyedHash? hash, JsonBuffer output)
    {
        if (mask is null && !IsShown)
        {
            if (json[start] == '{')
                return WriteMembers(json, start, hash, output);
            if (json[start] == '[' && items is not null)
                return WriteItems(json, start, hash, output);
        }
        var end = CanonicalScan.EndOfValue(json, start);
        if (mask is { } covered)
            ValueMask.Write(covered, json[start..end], hash, output);
        else if (IsShown || others is not null)
            output.Write(json[start..end]);
        return end;
    }

    int WriteMembers(ReadOnlySpan<byte> json, int start, KeyedHash? hash, JsonBuffer output)
    {
        var opening = (byte)'{';
        var at = start + 1;
        while (json[at] == '"')
        {
            var nameEnd = CanonicalScan.EndOfString(json, at);
            if (Member(json[at..nameEnd]) is { } node)
            {
                var before = output.Length;
                output.Write(opening);
                output.Write(json[at..(nameEnd + 1)]);
                var named = output.Length;
                at = node.Write(json, nameEnd + 1, hash, output);
                if (output.Length == named)
                    output.Truncate(before);
                else
                    opening = (byte)',';
            }
            else
            {
                at = CanonicalScan.EndOfValue(json, nameEnd + 1);
            }
            if (json[at] == ',')
                at++;
        }
        output.Write(opening == '{' ? "{}"u8 : "}"u8);
        return at + 1;
    }

    int WriteItems(ReadOnlySpan<byte> json, int start, KeyedHash? hash, JsonBuffer output)
    {
        var opening = (byte)'[';
        var at = start + 1;
        while (json[at] != ']')
        {
            var before = output.Length;
            output.Write(opening);
            at = items!.Write(json, at, hash, output);
            if (output.Length == before + 1)
                output.Truncate(before);
            else
                opening = (byte)',';
            if (json[at] == ',')
                at++;
        }
        output.Write(opening == '[' ? "[]"u8 : "]"u8);
        return at + 1;
    }

    ViewNode? Member(ReadOnlySpan<byte> name)
    {
        foreach (var (known, node) in members)
        {
            if (name.SequenceEqual(known))
                return node;
        }
        return others;
    }
}
