using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Hub.Catalog.Datasets;

/// <summary>A dataset as its department declares it: what it is, where it comes from, when, and how much may go wrong.</summary>
public sealed record DatasetDefinition
{
    /// <summary>Title by language; <c>en</c> is required.</summary>
    public required IReadOnlyDictionary<string, string> Title { get; init; }
    public IReadOnlyDictionary<string, string>? Description { get; init; }

    /// <summary>Words to find it by, by language.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Keywords { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Themes that it is filed under: codes of <see cref="DatasetThemes"/>, or addresses of concepts in other tables.</summary>
    public IReadOnlyList<string> Themes { get; init; } = [];

    /// <summary>The department that publishes it.</summary>
    public required string Department { get; init; }

    /// <summary>Shared schema and version, such as <c>company/1.0</c>.</summary>
    public required string Schema { get; init; }
    public required string Source { get; init; }

    /// <summary>A stream that the source discovers; may be left out where there is but one.</summary>
    public string? Stream { get; init; }
    public required string Mapping { get; init; }
    public ReadDefinition Read { get; init; } = new();

    /// <summary>JSON pointers of the scalar fields that records may be filtered by.</summary>
    public IReadOnlyList<string> Filterable { get; init; } = [];

    /// <summary>Combinations of filterable fields by whose values one record may be looked up, beside its key.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Lookup { get; init; } = [];
    public ScheduleDefinition? Schedule { get; init; }
    public Limits Limits { get; init; } = new();
    public RetryDefinition Retry { get; init; } = new();

    /// <summary>Reads a definition; unknown members are refused, so that a misspelt one is noticed.</summary>
    /// <exception cref="JsonException">With path and reason.</exception>
    public static DatasetDefinition Parse(JsonElement json) => json.Deserialize<DatasetDefinition>(options)!;

    static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
    };
}

/// <summary>How a source is read.</summary>
/// <param name="Mode"><c>full</c>: every row each time; <c>incremental</c>: what changed since the last publication.</param>
/// <param name="Cursor">Column whose growing value marks what is new; for incremental reads of tables.</param>
public sealed record ReadDefinition(string Mode = "full", string? Cursor = null);

/// <summary>When a dataset runs.</summary>
/// <param name="Cron">Five fields: minute, hour, day of month, month, day of week.</param>
/// <param name="TimeZone">IANA name; the hub's time zone when left out.</param>
public sealed record ScheduleDefinition(string Cron, string? TimeZone = null);

/// <summary>How often a run is tried again when its source is away.</summary>
/// <param name="Attempts">Attempts in all.</param>
/// <param name="FirstDelaySeconds">Wait before the second attempt; doubled each time, at most an hour.</param>
public sealed record RetryDefinition(int Attempts = 5, int FirstDelaySeconds = 60)
{
    /// <summary>Wait after the given attempt, counted from 1.</summary>
    public TimeSpan DelayAfter(int attempt) =>
        TimeSpan.FromSeconds(Math.Min(3600, FirstDelaySeconds * Math.Pow(2, Math.Min(20, attempt - 1))));
}

/// <summary>How much may go wrong, or away, before a run stops. Null means no limit.</summary>
/// <param name="MaxRejects">More rejects fail the run.</param>
/// <param name="MaxRejectPercent">More rejects per hundred rows read fail the run.</param>
/// <param name="MaxDeletes">More deletions hold the publication for a person.</param>
/// <param name="MaxDeletePercent">More deletions per hundred published records hold the publication for a person.</param>
public sealed record Limits(long? MaxRejects = null, double? MaxRejectPercent = 10, long? MaxDeletes = null, double? MaxDeletePercent = 20);
