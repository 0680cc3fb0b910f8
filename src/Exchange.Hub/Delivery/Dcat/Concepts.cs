using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Delivery.Dcat.Rdf;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Delivery.Dcat;

/// <summary>Terms of controlled vocabularies, each described where it is used.</summary>
static class Concepts
{
    const string Authority = "http://publications.europa.eu/resource/authority/";

    /// <summary>What kind of publisher a department, and whoever runs the hub, is.</summary>
    public static Iri PublicAuthority(Graph graph) =>
        Concept(graph, "http://purl.org/adms/publishertype/LocalAuthority", "Local authority", "skos:Concept");

    /// <summary>The EU's access right for a sharing class; what is not offered is not public.</summary>
    public static Iri AccessRights(Graph graph, SharingClass? sharing) => sharing switch
    {
        SharingClass.Unconditional or SharingClass.Conditional => Concept(graph, $"{Authority}access-right/RESTRICTED", "restricted", "dct:RightsStatement", "skos:Concept"),
        _ => Concept(graph, $"{Authority}access-right/NON_PUBLIC", "non-public", "dct:RightsStatement", "skos:Concept"),
    };

    public static Iri Frequency(Graph graph, ScheduleDefinition? schedule)
    {
        var (code, title) = UpdateFrequency.Of(schedule);
        return Concept(graph, $"{Authority}frequency/{code}", title, "dct:Frequency", "skos:Concept");
    }

    public static Iri FileType(Graph graph, DistributionForm form) =>
        Concept(graph, $"{Authority}file-type/{form.FileType}", form.FileType, "dct:MediaTypeOrExtent", "skos:Concept");

    /// <summary>The media type on IANA's list; null where it is not on it.</summary>
    public static Iri? MediaType(Graph graph, DistributionForm form) =>
        form.IsRegistered ? graph.About(new Iri($"http://www.iana.org/assignments/media-types/{form.MediaType}")).IsA("dct:MediaType").Subject : null;

    /// <summary>A theme, with its table among the catalog's taxonomies.</summary>
    public static Iri Theme(Graph graph, Iri catalog, string theme)
    {
        if (DatasetThemes.TitleOf(theme) is not { } title)
            return Concept(graph, theme, theme[(theme.LastIndexOfAny(['/', '#']) + 1)..], "skos:Concept");
        var table = graph.About(new Iri($"{Authority}data-theme")).IsA("skos:ConceptScheme").Says("dct:title", LiteralTerm.In("en", "Data theme")).Subject;
        graph.About(catalog).Says("dcat:themeTaxonomy", table);
        var concept = Concept(graph, $"{Authority}data-theme/{theme}", title, "skos:Concept");
        graph.About(concept).Says("skos:inScheme", table);
        return concept;
    }

    static Iri Concept(Graph graph, string address, string title, params ReadOnlySpan<string> classes) =>
        graph.About(new Iri(address)).IsA(classes).Says("skos:prefLabel", LiteralTerm.In("en", title)).Subject;
}
