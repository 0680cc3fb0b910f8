using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Holds terms beside those that were asked for.</summary>
public static class TermsBounds
{
    /// <summary>Every way in which some terms give more than others; none when whatever may be seen under them might be seen under the others.</summary>
    /// <param name="bounds">What was asked for.</param>
    /// <param name="terms">What is to be given.</param>
    /// <returns>Pointers are into the terms.</returns>
    public static IReadOnlyList<FieldError> Excess(Terms bounds, Terms terms)
    {
        var errors = new List<FieldError>();
        foreach (var field in FieldPath.Beyond(bounds.Fields, terms.Fields))
            Require(false, $"/fields/{terms.Fields.Index().First(given => given.Item == field).Index}", $"gives {field}, which was not asked for whole", "Leave it out, or name within it what was asked for.");
        foreach (var (field, mask) in bounds.Masks)
            Require(KeepsMask(terms, field, mask), "/masks", $"gives more of {field} than the mask {Name(mask)} that was asked for", "Keep the mask, redact the field, or leave it out.");
        foreach (var row in bounds.Rows)
            Require(terms.Rows.Any(other => Same(row, other)), "/rows", $"leaves out the condition {row.Field} {row.Op} {string.Join(", ", row.Values)}, with which was asked", "Keep it; further conditions may be added.");
        foreach (var (index, mode) in terms.Modes.Index())
            Require(bounds.Modes.Allow(mode), $"/modes/{index}", $"gives {RequestRights.Name(mode)}, which was not asked for", "Leave it out.");
        Require(Within(terms.Quota.RequestsPerMinute, bounds.Quota.RequestsPerMinute), "/quota/requestsPerMinute", "is more than was asked for", $"Give at most {bounds.Quota.RequestsPerMinute}.");
        Require(Within(terms.Quota.RecordsPerDay, bounds.Quota.RecordsPerDay), "/quota/recordsPerDay", "is more than was asked for", $"Give at most {bounds.Quota.RecordsPerDay}.");
        Require(terms.From >= bounds.From, "/from", "is earlier than was asked for", $"Give {bounds.From:O} or later.");
        Require(terms.Until <= bounds.Until, "/until", "is later than was asked for", $"Give {bounds.Until:O} or earlier.");
        return errors;

        void Require(bool holds, string pointer, string message, string fix)
        {
            if (!holds)
                errors.Add(new FieldError(pointer, message, fix));
        }
    }

    /// <summary>Whatever is given of a field that was asked for masked, in it or around it, is masked so or redacted.</summary>
    static bool KeepsMask(Terms terms, string masked, Mask mask) =>
        terms.Fields.Where(field => FieldPath.Overlap(field, masked)).All(field =>
        {
            var place = field.Length > masked.Length ? field : masked;
            return terms.Masks.Any(given => FieldPath.Holds(given.Key, place) && (given.Value == mask || given.Value == Mask.Redact));
        });

    static bool Within(long? given, long? bound) => bound is null || given <= bound;

    static bool Same(RowCondition a, RowCondition b) => a.Field == b.Field && a.Op == b.Op && a.Values.SequenceEqual(b.Values);

    static string Name(Mask mask) => mask.ToString().ToLowerInvariant();
}
