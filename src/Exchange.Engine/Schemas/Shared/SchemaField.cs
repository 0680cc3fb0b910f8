namespace Exchange.Engine.Schemas;

/// <summary>Who a field's values concern, from the least to the most protected.</summary>
public enum Classification
{
    /// <summary>Anyone may know.</summary>
    Public,

    /// <summary>For the departments' work.</summary>
    Internal,

    /// <summary>About an identifiable person.</summary>
    Personal,

    /// <summary>Doing harm in wrong hands: health, faith, biometrics, finances, children, whereabouts.</summary>
    Sensitive,
}

/// <summary>A name for people, in English and Chinese.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Chinese; null when there is none.</param>
public sealed record LocalTitle(string En, string? Zh);

/// <summary>One field of a shared schema.</summary>
/// <param name="Pointer">JSON pointer of the field in a record; <c>*</c> stands for every item of an array, as in <c>/partners/*/name</c>.</param>
/// <param name="Name">Property name.</param>
/// <param name="Title">Name for people; the property name where the schema has none.</param>
/// <param name="Types">JSON types that are allowed; empty when any is.</param>
/// <param name="Format">The <c>format</c> keyword, or null.</param>
/// <param name="Classification">Its own, else that of what it stands in, else <see cref="Classification.Internal"/>.</param>
/// <param name="Required">Whether it must be there whenever what it stands in is.</param>
/// <param name="IsKey">Whether it is part of the record key.</param>
/// <param name="Description">The <c>description</c> keyword, or null.</param>
public sealed record SchemaField(
    string Pointer,
    string Name,
    LocalTitle Title,
    IReadOnlyList<string> Types,
    string? Format,
    Classification Classification,
    bool Required,
    bool IsKey,
    string? Description)
{
    /// <summary>Between which its numbers stand; null where the schema leaves that open, or it is no number.</summary>
    public NumberRange? Range { get; init; }
}
