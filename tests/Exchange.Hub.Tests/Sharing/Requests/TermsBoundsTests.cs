using CsCheck;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Requests;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>Whatever terms are let through show nothing that was not asked for, by a plain reading of what each shows.</summary>
public sealed class TermsBoundsTests
{
    static readonly DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly string[] leaves = ["/id", "/name", "/address/street", "/address/city"];
    static readonly string[] districts = ["north", "south", "east"];

    static readonly Gen<string[]> AnyFields = Gen.OneOfConst([.. leaves, "/address"]).Array[1, 4].Select(fields => fields.Distinct().ToArray());

    static readonly Gen<Terms> AnyTerms =
        from fields in AnyFields
        from masks in Gen.Select(Gen.OneOfConst(fields), Gen.OneOfConst(Enum.GetValues<Mask>())).Array[0, 2]
        from rows in Gen.OneOfConst(districts).Array[1, 2].Array[0, 2]
        from modes in Gen.OneOfConst(Enum.GetValues<DeliveryMode>()).Array[1, 3]
        from quota in Gen.Int[1, 3].Nullable()
        from days in Gen.Select(Gen.Int[0, 2], Gen.Int[3, 5])
        select new Terms
        {
            Fields = fields,
            Masks = masks.DistinctBy(mask => mask.Item1).ToDictionary(mask => mask.Item1, mask => mask.Item2),
            Rows = [.. rows.Select(values => new RowCondition("/district", "in", values))],
            Modes = [.. modes.Distinct()],
            Quota = new Quota(quota),
            From = start.AddDays(days.Item1),
            Until = start.AddDays(days.Item2),
        };

    /// <summary>Terms that are often within the others: the same ones with one part of something else.</summary>
    static readonly Gen<(Terms Asked, Terms Given)> AnyPair = Gen.Select(AnyTerms, AnyTerms, Gen.Int[0, 7]).Select((asked, other, part) => (asked, part switch
    {
        0 => asked with { Fields = other.Fields, Masks = other.Masks },
        1 => asked with { Masks = other.Masks.Where(mask => asked.Fields.Contains(mask.Key)).ToDictionary() },
        2 => asked with { Rows = [.. asked.Rows, .. other.Rows] },
        3 => asked with { Modes = other.Modes },
        4 => asked with { Quota = other.Quota },
        5 => asked with { From = other.From, Until = other.Until },
        6 => asked with { Rows = other.Rows },
        _ => other,
    }));

    [Test]
    public void What_is_let_through_is_never_more_than_was_asked_for()
    {
        var passed = 0;
        AnyPair.Sample(
            pair =>
            {
                if (TermsBounds.Excess(pair.Asked, pair.Given).Count > 0)
                    return true;
                Interlocked.Increment(ref passed);
                return leaves.All(leaf => NoMore(Shown(pair.Given, leaf), Shown(pair.Asked, leaf)))
                    && districts.All(district => !Sees(pair.Given, district) || Sees(pair.Asked, district))
                    && pair.Given.Modes.All(mode => pair.Asked.Modes.Contains(mode) || (mode == DeliveryMode.Verify && pair.Asked.Modes.Contains(DeliveryMode.Lookup)))
                    && (pair.Asked.Quota.RequestsPerMinute is not { } most || pair.Given.Quota.RequestsPerMinute <= most)
                    && pair.Given.From >= pair.Asked.From && pair.Given.Until <= pair.Asked.Until;
            },
            iter: 20_000);
        Assert.That(passed, Is.GreaterThan(100), "some terms are let through");
    }

    [Test]
    public void The_terms_that_were_asked_for_are_let_through() =>
        AnyTerms.Sample(terms => TermsBounds.Excess(terms, terms).Count == 0);

    [Test]
    public void A_whole_is_more_than_the_part_that_was_named_in_it()
    {
        var asked = new Terms { Fields = ["/address", "/address/city"], Modes = [DeliveryMode.Query], From = start, Until = start.AddDays(1) };
        Assert.That(TermsBounds.Excess(asked, asked with { Fields = ["/address"] }).Select(error => error.Pointer), Is.EqualTo(new[] { "/fields/0" }));
        Assert.That(TermsBounds.Excess(asked, asked with { Fields = ["/address/street"] }).Select(error => error.Pointer), Is.EqualTo(new[] { "/fields/0" }));
        Assert.That(TermsBounds.Excess(asked, asked with { Fields = ["/address/city"] }), Is.Empty);
    }

    /// <summary>What is seen of a leaf: null for nothing, else the masks on it and around it. A field shows all that is in it, or what is named in it.</summary>
    static Mask[]? Shown(Terms terms, string leaf) =>
        terms.Fields.Any(field => Around(field, leaf) && !terms.Fields.Any(named => named != field && Around(field, named))) ? [.. terms.Masks.Where(mask => Around(mask.Key, leaf)).Select(mask => mask.Value)] : null;

    static bool NoMore(Mask[]? given, Mask[]? asked) =>
        given is null || given.Contains(Mask.Redact) || (asked is not null && asked.All(given.Contains));

    static bool Sees(Terms terms, string district) => terms.Rows.All(row => row.Values.Contains(district));

    static bool Around(string outer, string leaf) => leaf == outer || leaf.StartsWith(outer + "/", StringComparison.Ordinal);
}
