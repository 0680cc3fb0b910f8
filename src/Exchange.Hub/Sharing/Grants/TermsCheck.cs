using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Whether terms can be enforced on records of a schema, whoever agreed to them.</summary>
static class TermsCheck
{
    /// <summary>Notes everything that will not do; pointers are into the terms.</summary>
    /// <param name="terms">What was agreed.</param>
    /// <param name="schema">The schema of the records.</param>
    /// <param name="columns">The filterable fields that the dataset declares.</param>
    /// <param name="errors">What will not do.</param>
    public static void Check(Terms terms, SharedSchema schema, IReadOnlyList<FilterColumn> columns, List<FieldError> errors)
    {
        CheckFields(terms, schema, errors);
        RowFilter.Compile([.. terms.Rows.Select(row => (row.Field, row.Op, row.Values))], columns, errors);
        Require(terms.Modes.Count > 0, "/modes", "is empty", "Name at least one way in which data may leave: lookup, query, changes, push or verify.");
        Require(terms.From < terms.Until, "/until", "does not come after from", "Give a later instant.");
        Require(terms.Quota.RequestsPerMinute is null or (>= 1 and <= MostRequestsPerMinute), "/quota/requestsPerMinute", "is out of bounds", $"Give 1 to {MostRequestsPerMinute}, or leave it out for no limit.");
        Require(terms.Quota.RecordsPerDay is null or >= 1, "/quota/recordsPerDay", "is less than 1", "Give at least 1, or leave it out for no limit.");

        void Require(bool condition, string pointer, string message, string fix)
        {
            if (!condition)
                errors.Add(new FieldError(pointer, message, fix));
        }
    }

    /// <summary>The most requests that a quota can count one by one.</summary>
    public const int MostRequestsPerMinute = 100_000;

    static void CheckFields(Terms terms, SharedSchema schema, List<FieldError> errors)
    {
        var known = schema.Fields.Select(field => field.Pointer).ToHashSet();
        for (var i = 0; i < terms.Fields.Count; i++)
        {
            if (!known.Contains(terms.Fields[i]))
                errors.Add(new FieldError($"/fields/{i}", $"names no field of {schema.Name}/{schema.Version}: {terms.Fields[i]}", "Give JSON pointers of its fields, such as /name."));
        }
        foreach (var key in schema.Fields.Where(field => field.IsKey))
        {
            if (!terms.Fields.Contains(key.Pointer))
                errors.Add(new FieldError("/fields", $"lacks the key field {key.Pointer}", "Key fields can be neither withheld nor masked: name them too."));
            if (terms.Masks.Keys.Any(masked => masked == key.Pointer || key.Pointer.StartsWith(masked + "/", StringComparison.Ordinal)))
                errors.Add(new FieldError("/masks", $"masks the key field {key.Pointer}", "Key fields can be neither withheld nor masked: leave the mask out."));
        }
        foreach (var masked in terms.Masks.Keys.Where(masked => !terms.Fields.Contains(masked)))
            errors.Add(new FieldError("/masks", $"names {masked}, which is not among the fields", "Add it to fields, or leave the mask out."));
    }
}
