using System.Globalization;
using Exchange.Hub.Delivery.Dcat.Rdf;

namespace Exchange.Hub.Delivery.Dcat;

/// <summary>
/// The catalog in the terms of DCAT-AP 3.0.1. Whatever it names is described in it, with its class, as the profile's
/// shapes ask of each range; nothing has to be fetched to understand it.
/// </summary>
sealed class CatalogGraph
{
    readonly Graph graph = new();
    readonly string address;
    readonly Iri catalog;
    readonly Iri service;

    CatalogGraph(string address)
    {
        this.address = address;
        catalog = new Iri($"{address}/catalog");
        service = new Iri($"{address}/catalog#api");
    }

    /// <summary>Describes the hub's catalog with these datasets.</summary>
    /// <param name="address">Where the hub is reached, without a slash at its end.</param>
    /// <param name="organisation">Who runs the hub.</param>
    /// <param name="facts">The datasets to describe.</param>
    public static Graph Of(string address, string organisation, IReadOnlyList<DatasetFacts> facts)
    {
        var described = new CatalogGraph(address);
        described.DescribeCatalog(organisation, facts);
        foreach (var fact in facts)
            described.Describe(fact);
        return described.graph;
    }

    void DescribeCatalog(string organisation, IReadOnlyList<DatasetFacts> facts)
    {
        var host = new Iri($"{address}/catalog#organisation");
        graph.About(host).IsA("foaf:Agent", "foaf:Organization").Says("foaf:name", LiteralTerm.Plain(organisation)).Says("dct:type", Concepts.PublicAuthority(graph));
        var home = graph.About(new Iri($"{address}/")).IsA("foaf:Document").Subject;
        var node = graph.About(catalog).IsA("dcat:Catalog")
            .Says("dct:title", LiteralTerm.In("en", $"Shared data of {organisation}"))
            .Says("dct:description", LiteralTerm.In("en", "Datasets that departments share with each other, and on what terms."))
            .Says("dct:publisher", host)
            .Says("foaf:homepage", home)
            .Says("dcat:service", service);
        if (facts.Max(fact => fact.Dataset.Head.PublishedAt) is { } modified)
            node.Says("dct:modified", LiteralTerm.At(modified));
        var api = graph.About(service).IsA("dcat:DataService")
            .Says("dct:title", LiteralTerm.In("en", "Records, changes and exports by HTTP"))
            .Says("dct:description", LiteralTerm.In("en", "One record, pages, whole publications and the changes since a cursor, under a grant."))
            .Says("dct:publisher", host)
            .Says("dcat:endpointURL", Endpoint($"{address}/api/v1"))
            .Says("dcat:endpointDescription", Endpoint($"{address}/openapi/v1.json"));
        foreach (var fact in facts)
        {
            node.Says("dcat:dataset", AddressOf(fact));
            api.Says("dcat:servesDataset", AddressOf(fact));
        }
    }

    void Describe(DatasetFacts fact)
    {
        var (definition, head) = (fact.Dataset.Definition, fact.Dataset.Head);
        var page = graph.About(new Iri($"{address}/api/v1/datasets/{fact.Name}")).IsA("foaf:Document").Subject;
        var node = graph.About(AddressOf(fact)).IsA("dcat:Dataset")
            .Says("dct:title", definition.Title)
            .Says("dct:description", definition.Description is { Count: > 0 } description ? description : definition.Title)
            .Says("dct:identifier", LiteralTerm.Plain(fact.Name))
            .Says("dct:publisher", Publisher(fact))
            .Says("dcat:contactPoint", Contact(fact))
            .Says("dct:accessRights", Concepts.AccessRights(graph, fact.Policy?.Class))
            .Says("dct:accrualPeriodicity", Concepts.Frequency(graph, definition.Schedule))
            .Says("dct:conformsTo", Standard(fact))
            .Says("dct:rights", SharingTerms.Rights(graph, AddressOf(fact), fact.Policy))
            .Says("odrl:hasPolicy", SharingTerms.Offer(graph, AddressOf(fact), Publisher(fact), fact.Policy))
            .Says("dcat:landingPage", page);
        foreach (var (language, words) in definition.Keywords)
        {
            foreach (var word in words)
                node.Says("dcat:keyword", LiteralTerm.In(language, word));
        }
        foreach (var theme in definition.Themes)
            node.Says("dcat:theme", Concepts.Theme(graph, catalog, theme));
        if (!head.Storage)
            return;
        node.Says("dcat:version", LiteralTerm.Plain(head.Publication.ToString(CultureInfo.InvariantCulture)))
            .Says("dct:issued", At(fact.Issued))
            .Says("dct:modified", At(head.PublishedAt));
        foreach (var form in DistributionForm.All)
            node.Says("dcat:distribution", Distribution(fact, form));
    }

    Iri Distribution(DatasetFacts fact, DistributionForm form)
    {
        var records = Document($"{address}/api/v1/datasets/{fact.Name}/records");
        return graph.About(new Iri($"{AddressOf(fact)}#{form.Name}")).IsA("dcat:Distribution")
            .Says("dct:title", LiteralTerm.In("en", form.Title))
            .Says("dct:description", LiteralTerm.In("en", $"Ask for it by Accept: {form.MediaType}."))
            .Says("dcat:accessURL", records)
            .Says("dcat:accessService", service)
            .Says("dct:format", Concepts.FileType(graph, form))
            .Says("dcat:mediaType", Concepts.MediaType(graph, form))
            .Says("dct:conformsTo", Standard(fact))
            .Says("dct:rights", SharingTerms.Rights(graph, AddressOf(fact), fact.Policy))
            .Says("odrl:hasPolicy", SharingTerms.Offer(graph, AddressOf(fact), Publisher(fact), fact.Policy))
            .Says("dct:issued", At(fact.Issued))
            .Says("dct:modified", At(fact.Dataset.Head.PublishedAt))
            .Subject;
    }

    Iri Publisher(DatasetFacts fact) => graph.About(new Iri($"{address}/catalog#department-{fact.Department}")).IsA("foaf:Agent", "foaf:Organization")
        .Says("foaf:name", fact.Publisher)
        .Says("dct:identifier", fact.Code is { } code ? LiteralTerm.Plain(code) : null)
        .Says("dct:type", Concepts.PublicAuthority(graph))
        .Subject;

    /// <summary>The department, not a person: addresses of people are not told.</summary>
    Iri Contact(DatasetFacts fact) => graph.About(new Iri($"{address}/catalog#contact-{fact.Department}")).IsA("vcard:Kind", "vcard:Organization")
        .Says("vcard:fn", fact.Publisher)
        .Says("vcard:hasURL", Document($"{address}/api/v1/departments/{fact.Department}"))
        .Subject;

    /// <summary>The schema that the declaration names: that of the next publication, and mostly of the last one.</summary>
    Iri Standard(DatasetFacts fact) => graph.About(new Iri($"{address}/api/v1/schemas/{fact.Dataset.Head.Schema ?? fact.Dataset.Definition.Schema}")).IsA("dct:Standard")
        .Says("dct:title", LiteralTerm.In("en", fact.Schema.Title.En))
        .Says("dct:title", fact.Schema.Title.Zh is { } zh ? LiteralTerm.In("zh", zh) : null)
        .Subject;

    Iri Document(string place) => graph.About(new Iri(place)).IsA("foaf:Document").Subject;

    /// <summary>The shapes ask for this class by name.</summary>
    Iri Endpoint(string place) => graph.About(new Iri(place)).IsA("rdfs:Resource").Subject;

    Iri AddressOf(DatasetFacts fact) => new($"{address}/catalog/datasets/{fact.Name}");

    static LiteralTerm? At(DateTimeOffset? instant) => instant is { } at ? LiteralTerm.At(at) : null;
}
