using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery;

/// <summary>What a request for records asks for.</summary>
/// <param name="AsOf">The publication to read.</param>
/// <param name="Asked">The conditions of the request.</param>
/// <param name="Rows">Conditions that the records must meet: those of the request and those of the grant.</param>
/// <param name="After">The last key that the client has; empty for the first page.</param>
/// <param name="Limit">Records per page, or null for the setting.</param>
sealed record RecordQuery(int AsOf, RowFilter Asked, RowFilter Rows, string After, int? Limit)
{
    static readonly HashSet<string> Own = new(["limit", "cursor", "asOf"], StringComparer.Ordinal);

    /// <summary>Reads a request's parameters.</summary>
    /// <exception cref="HubException">Some will not do; the answer names each with its fix.</exception>
    public static RecordQuery Parse(IQueryCollection parameters, DatasetSnapshot snapshot, ReadAccess access, Cursors cursors, int maxLimit)
    {
        var head = snapshot.Head;
        var errors = new List<FieldError>();
        var limit = QueryText.Limit(parameters, maxLimit, errors);
        var asOf = QueryText.Publication(parameters, head, errors);
        var asked = FilterParameters.Parse(
            parameters.Where(p => !Own.Contains(p.Key)).SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? "")), head.Filters, errors);
        QueryText.ThrowIfAny(errors);
        RefuseHidden(asked, access);
        var rows = access.Rows.And(asked);
        if (!parameters.TryGetValue("cursor", out var text))
            return new RecordQuery(asOf ?? head.Publication, asked, rows, "", limit);
        if (!cursors.TryReadPage(text.ToString(), out var cursor) || cursor.Scope.DatasetId != head.DatasetId)
            throw Wrong("cursor-invalid", "The cursor was not made by this hub for the records of this dataset. Send back what 'next' gave, unchanged, or begin without a cursor.");
        CursorRules.Check(cursor.Scope, snapshot.ScopeOf(access), cursor.AsOf <= head.Publication);
        if (cursor.Query != asked.Fingerprint || (asOf is { } given && given != cursor.AsOf))
            throw Wrong("cursor-of-another-query", "The cursor belongs to a walk with other filters or another asOf. Repeat the parameters of its first page, or follow the Link header.");
        return new RecordQuery(cursor.AsOf, asked, rows, cursor.Key, limit);
    }

    /// <summary>Reads the parameters of an export: those of a page but for <c>limit</c> and <c>cursor</c>, and the route's own.</summary>
    /// <exception cref="HubException">Some will not do; the answer names each with its fix.</exception>
    public static RecordQuery ParseExport(IQueryCollection parameters, HashSet<string> own, DatasetSnapshot snapshot, ReadAccess access)
    {
        var errors = new List<FieldError>();
        var asOf = QueryText.Publication(parameters, snapshot.Head, errors);
        var filters = parameters.Where(p => p.Key != "asOf" && !own.Contains(p.Key)).SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? ""));
        var asked = FilterParameters.Parse(filters, snapshot.Head.Filters, errors);
        QueryText.ThrowIfAny(errors);
        return OfAll(asked, asOf ?? snapshot.Head.Publication, access);
    }

    /// <summary>Asks for every record of a publication that meets some conditions.</summary>
    /// <exception cref="HubException">The grant does not show a field that they name.</exception>
    public static RecordQuery OfAll(RowFilter asked, int asOf, ReadAccess access)
    {
        RefuseHidden(asked, access);
        return new RecordQuery(asOf, asked, access.Rows.And(asked), "", null);
    }

    /// <summary>Who may not see a value may not find it out by asking for it either.</summary>
    static void RefuseHidden(RowFilter asked, ReadAccess access)
    {
        var hidden = asked.Conditions.Select(c => c.Column.Pointer).Where(pointer => !access.View.Shows(pointer)).Select(FieldName.Of).Distinct().ToList();
        if (hidden.Count > 0)
            throw HubException.Forbidden("field-withheld", $"The grant withholds or masks {string.Join(", ", hidden)}, so records cannot be filtered by it. Leave the condition out, or request a grant that shows the field.");
    }

    static HubException Wrong(string code, string detail) => new(ErrorKind.Malformed, code, detail);
}
