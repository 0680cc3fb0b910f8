using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Delivery;

/// <summary>The forms in which records are handed out.</summary>
enum RecordFormat
{
    /// <summary>A page, or one record.</summary>
    Json,

    /// <summary>Everything, one JSON value per line.</summary>
    Ndjson,

    /// <summary>Everything, one row per record.</summary>
    Csv,

    /// <summary>Everything, as one JSON array.</summary>
    Array,

    /// <summary>Everything, as a Parquet file.</summary>
    Parquet,
}

/// <summary>Their media types, and the choice between them (RFC 9110 section 12.5.1).</summary>
static class RecordFormats
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";
    public const string Parquet = "application/vnd.apache.parquet";

    /// <summary>Names of the forms of an export, for people.</summary>
    public const string ExportNames = "ndjson, json, csv or parquet";

    /// <summary>
    /// The offered form that the client likes best; the first offered where it likes several the same or does not say.
    /// </summary>
    /// <exception cref="HubException">It likes none.</exception>
    public static RecordFormat Choose(HttpRequest request, params ReadOnlySpan<RecordFormat> offered)
    {
        var accepted = new RequestHeaders(request.Headers).Accept;
        if (accepted.Count == 0)
            return offered[0];
        RecordFormat? best = null;
        var bestQuality = 0.0;
        foreach (var format in offered)
        {
            var quality = Quality(accepted, format);
            if (quality > bestQuality)
                (best, bestQuality) = (format, quality);
        }
        return best ?? throw new HubException(ErrorKind.NotAcceptable, "not-acceptable", $"This can be had as {string.Join(", ", offered.ToArray().Select(MediaType))}. Name one of them in Accept, or leave Accept out.");
    }

    /// <summary>The quality that the most specific matching range gives a form; 0 when none matches.</summary>
    static double Quality(IList<MediaTypeHeaderValue> accepted, RecordFormat format) => accepted
        .Where(range => range.MatchesMediaType(MediaType(format)))
        .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();

    /// <summary>The form as uses are recorded.</summary>
    public static string NameOf(RecordFormat format) => format switch
    {
        RecordFormat.Json => "page",
        RecordFormat.Array => "json",
        _ => format.ToString().ToLowerInvariant(),
    };

    /// <summary>The form of an export by its name, in which <c>json</c> is one array; null when there is none of that name.</summary>
    public static RecordFormat? ParseExport(string name) => name switch
    {
        "ndjson" => RecordFormat.Ndjson,
        "json" => RecordFormat.Array,
        "csv" => RecordFormat.Csv,
        "parquet" => RecordFormat.Parquet,
        _ => null,
    };

    /// <summary>What an export is called where it is saved: <c>companies-12.parquet</c>.</summary>
    public static string FileName(string dataset, int publication, RecordFormat format) => FormattableString.Invariant($"{dataset}-{publication}.{NameOf(format)}");

    public static string MediaType(RecordFormat format) => format switch
    {
        RecordFormat.Json or RecordFormat.Array => Json,
        RecordFormat.Ndjson => Ndjson,
        RecordFormat.Parquet => Parquet,
        _ => Csv,
    };
}
