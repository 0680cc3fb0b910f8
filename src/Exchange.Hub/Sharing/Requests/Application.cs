using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>What a department asks for and why. A draft may lack anything but the dataset; a submitted one lacks nothing.</summary>
public sealed record Application
{
    /// <summary>The dataset asked for.</summary>
    public required string Dataset { get; init; }

    /// <summary>The one system that will use the grant, as <c>system:&lt;uuid&gt;</c> or <c>token:&lt;uuid&gt;</c>; null for the whole department.</summary>
    public string? System { get; init; }

    /// <summary>Short code of the purpose, such as <c>benefit-check</c>; reads name it.</summary>
    public string? Purpose { get; init; }

    /// <summary>The law that allows or demands the use.</summary>
    public string? LegalBasis { get; init; }

    /// <summary>The business that the data serves.</summary>
    public string? Scenario { get; init; }

    /// <summary>How often data is taken.</summary>
    public string? Frequency { get; init; }

    /// <summary>Who answers for the data at the consumer.</summary>
    public ControllerRelationship? Controller { get; init; }

    /// <summary>Why nothing less will do.</summary>
    public string? Necessity { get; init; }

    /// <summary>How long data is kept, and how it is deleted.</summary>
    public string? Retention { get; init; }

    /// <summary>How data is protected at the consumer.</summary>
    public string? Security { get; init; }

    /// <summary>Fields, rows, ways and period.</summary>
    public TermsWanted Terms { get; init; } = new();

    internal JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ApiJson.Options);
}

/// <summary>Who answers for the data at the consumer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ControllerRelationship>))]
public enum ControllerRelationship
{
    /// <summary>The consumer, for purposes of its own.</summary>
    [JsonStringEnumMemberName("independent")]
    Independent,

    /// <summary>Provider and consumer together.</summary>
    [JsonStringEnumMemberName("joint")]
    Joint,

    /// <summary>The provider; the consumer works on its behalf.</summary>
    [JsonStringEnumMemberName("processor")]
    Processor,
}

/// <summary><see cref="Terms"/> as far as they are filled in.</summary>
public sealed record TermsWanted
{
    /// <summary>See <see cref="Terms.Fields"/>; key fields need not be named.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>See <see cref="Terms.Masks"/>.</summary>
    public IReadOnlyDictionary<string, Mask> Masks { get; init; } = new Dictionary<string, Mask>();

    /// <summary>See <see cref="Terms.Rows"/>.</summary>
    public IReadOnlyList<RowCondition> Rows { get; init; } = [];

    /// <summary>See <see cref="Terms.Modes"/>.</summary>
    public IReadOnlyList<DeliveryMode> Modes { get; init; } = [];

    /// <summary>See <see cref="Terms.Quota"/>.</summary>
    public Quota Quota { get; init; } = new();

    /// <summary>See <see cref="Terms.From"/>; the instant of submission when left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>See <see cref="Terms.Until"/>.</summary>
    public DateTimeOffset? Until { get; init; }
}
