using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>Makes of a question what finds its record.</summary>
static class LookupQueries
{
    /// <summary>Reads a question against what the dataset declares.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="question">Which record.</param>
    /// <param name="place">JSON pointer of the question in the body.</param>
    /// <exception cref="HubException">It names no key and no declared combination of fields, or a value is not of its type.</exception>
    public static PointQuery Of(KnownDataset dataset, LookupQuestion question, string place = "")
    {
        if ((question.Key is null) == (question.Fields is null))
            throw HubException.Invalid(new FieldError($"{place}/key", "and fields are both given, or neither is", "Give the record's key, or the values of fields that the dataset declares for look-ups."));
        if (question.Key is { } key)
            return RecordKey.IsValid(key) ? PointQuery.ByKey(key) : throw HubException.Invalid(new FieldError($"{place}/key", "is not a key", "Give the key of a record."));
        var fields = question.Fields!;
        if (!dataset.Lookup.Any(declared => declared.Count == fields.Count && declared.All(fields.ContainsKey)))
            throw HubException.Invalid(new FieldError($"{place}/fields", "are no combination by which records of this dataset are looked up", Offer(dataset)));
        var errors = new List<FieldError>();
        var conditions = fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => Read(dataset, field.Key, field.Value, $"{place}/fields/{Escape(field.Key)}", errors)).OfType<FilterCondition>().ToList();
        return errors.Count > 0
            ? throw HubException.Invalid(errors)
            : PointQuery.ByFields([.. conditions.Select(condition => (condition.Column, condition.Values[0]))]);
    }

    /// <summary>Refuses to look up by what the grant does not show: who may not see a value may not find it out by asking for it.</summary>
    public static void RefuseHidden(ReadAccess access, IEnumerable<string> pointers)
    {
        var hidden = pointers.Where(pointer => !access.View.Shows(pointer)).Distinct().ToList();
        if (hidden.Count > 0)
            throw HubException.Forbidden("field-withheld", $"The grant withholds or masks {string.Join(", ", hidden)}, so nothing can be found or verified by it. Leave it out, or request a grant that shows the field.");
    }

    /// <summary>A name as a segment of a JSON pointer (RFC 6901).</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    static FilterCondition? Read(KnownDataset dataset, string pointer, JsonElement value, string place, List<FieldError> errors)
    {
        if (dataset.Head.Filters.FirstOrDefault(filter => filter.Pointer == pointer) is not { } column)
        {
            errors.Add(new FieldError(place, "is no filterable field at the moment", "Ask the dataset's steward."));
            return null;
        }
        if (TextOf(value) is { } text && (value.ValueKind == JsonValueKind.String) == column.Type is FilterType.Text or FilterType.Date or FilterType.Timestamptz)
            return RowFilter.Read(place, column, RowFilter.Equal, [text], errors);
        errors.Add(new FieldError(place, "is not a value of the field's type", $"The field is of type {column.Type.ToString().ToLowerInvariant()}: give a JSON {(column.Type is FilterType.Numeric ? "number" : column.Type is FilterType.Bool ? "true or false" : "string")}."));
        return null;
    }

    static string? TextOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetRawText();
        var number = new JsonBuffer();
        return value.ValueKind == JsonValueKind.Number && CanonicalNumber.TryWrite(Encoding.ASCII.GetBytes(value.GetRawText()), number) ? Encoding.ASCII.GetString(number.WrittenSpan) : null;
    }

    static string Offer(KnownDataset dataset) => dataset.Lookup.Count == 0
        ? "The dataset declares none: give the record's key."
        : $"Give the key, or {string.Join(", or ", dataset.Lookup.Select(fields => string.Join(" with ", fields)))}.";
}
