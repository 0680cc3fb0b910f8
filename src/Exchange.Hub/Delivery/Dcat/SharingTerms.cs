using Exchange.Hub.Delivery.Dcat.Rdf;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Delivery.Dcat;

/// <summary>
/// A dataset's policy: for people as a rights statement, for programs as an ODRL offer (ODRL Information Model 2.2). The
/// offer is an outline: what binds is the grant that a request ends in.
/// </summary>
static class SharingTerms
{
    /// <summary>What a consumer undertakes, and the law that the class rests on; null without a policy.</summary>
    public static Iri? Rights(Graph graph, Iri dataset, PolicyDefinition? policy)
    {
        if (policy is null)
            return null;
        var node = graph.About(new Iri($"{dataset}#rights")).IsA("dct:RightsStatement")
            .Says("dct:title", LiteralTerm.In("en", ClassTitle(policy.Class)));
        foreach (var text in new[] { policy.TermsOfUse, policy.LegalBasis }.Concat(policy.UsualConditions))
            node.Says("dct:description", string.IsNullOrWhiteSpace(text) ? null : LiteralTerm.Plain(text));
        return node.Subject;
    }

    /// <summary>What may be done with the dataset, and what has to be done for it; null without a policy.</summary>
    public static Iri? Offer(Graph graph, Iri dataset, Iri department, PolicyDefinition? policy)
    {
        if (policy is null)
            return null;
        var uid = new Iri($"{dataset}#policy");
        var offer = graph.About(uid).IsA("odrl:Policy", "odrl:Offer").Says("odrl:uid", uid);
        var rule = graph.About(new Iri($"{dataset}#use"))
            .Says("odrl:target", dataset).Says("odrl:assigner", department).Says("odrl:action", Action(graph, "use"));
        if (policy.Class == SharingClass.NotShared)
        {
            offer.Says("odrl:prohibition", rule.IsA("odrl:Prohibition").Subject);
            return uid;
        }
        offer.Says("odrl:permission", rule.IsA("odrl:Permission").Subject);
        rule.Says("odrl:duty", Duty(graph, dataset, "acceptTracking").Subject);
        if (policy.Class == SharingClass.Conditional)
            rule.Says("odrl:duty", Duty(graph, dataset, "obtainConsent").Says("odrl:consentingParty", department).Subject);
        foreach (var field in policy.Fields.Where(field => field.Value.Class == SharingClass.NotShared).Select(field => field.Key))
            offer.Says("odrl:prohibition", Withheld(graph, dataset, department, field));
        return uid;
    }

    static Node Duty(Graph graph, Iri dataset, string action) =>
        graph.About(new Iri($"{dataset}#{action}")).IsA("odrl:Duty").Says("odrl:action", Action(graph, action));

    /// <summary>A field that is not shared: an asset of its own, named by its JSON pointer.</summary>
    static Iri Withheld(Graph graph, Iri dataset, Iri department, string pointer)
    {
        var place = Uri.EscapeDataString(pointer);
        var asset = graph.About(new Iri($"{dataset}#field-{place}")).IsA("odrl:Asset").Says("dct:identifier", LiteralTerm.Plain(pointer)).Says("odrl:partOf", dataset).Subject;
        return graph.About(new Iri($"{dataset}#withheld-{place}")).IsA("odrl:Prohibition")
            .Says("odrl:target", asset).Says("odrl:assigner", department).Says("odrl:action", Action(graph, "use")).Subject;
    }

    static Iri Action(Graph graph, string name) => graph.About(Vocabulary.Name($"odrl:{name}")).IsA("odrl:Action").Subject;

    static string ClassTitle(SharingClass sharing) => sharing switch
    {
        SharingClass.Unconditional => "Granted to every department whose request is complete",
        SharingClass.Conditional => "Granted when the steward of the department approves the request",
        _ => "Not shared",
    };
}
