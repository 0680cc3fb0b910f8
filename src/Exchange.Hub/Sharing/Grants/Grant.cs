using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>An approved, scoped, expiring permission of one department to use a dataset of another.</summary>
public sealed record Grant
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Counts every change, of its state too.</summary>
    public required int Revision { get; init; }

    /// <summary>Counts the changes of its terms; cursors and entity tags of another version are void.</summary>
    public required int Version { get; init; }

    /// <summary>Number of the dataset in the catalog.</summary>
    public required int DatasetId { get; init; }

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Schema that its fields were approved for, such as <c>company/1.0</c>; it holds for that major version only.</summary>
    public required string Schema { get; init; }

    /// <summary>The department that shares.</summary>
    public required string Provider { get; init; }

    /// <summary>The department that may use.</summary>
    public required string Consumer { get; init; }

    /// <summary>Id of the only caller of the consumer who may use it; null for all of them.</summary>
    public string? System { get; init; }

    /// <summary>Code of what it may be used for.</summary>
    public required string Purpose { get; init; }

    /// <summary>What may be seen, how, and until when.</summary>
    public required Terms Terms { get; init; }

    /// <summary>Where it stands.</summary>
    public required GrantState State { get; init; }

    /// <summary>Why it stands there, as the person who put it there wrote.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset StateChangedAt { get; init; }

    /// <summary>Name of who put it there.</summary>
    public required string StateChangedBy { get; init; }

    /// <summary>The request that it answers.</summary>
    public string? Request { get; init; }

    /// <summary>Who agreed for the provider.</summary>
    public required Confirmation ProviderConfirmation { get; init; }

    /// <summary>Who verified for the consumer.</summary>
    public required Confirmation ConsumerConfirmation { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it speaks of records of this schema: the same name, the same major version.</summary>
    public bool CoversSchema(string schema) => SchemaLines.Of(schema) == SchemaLines.Of(Schema);

    /// <summary>The grant in another state.</summary>
    /// <exception cref="HubException">The transition table does not allow it.</exception>
    public Grant Become(GrantState state, string? reason, Caller caller, DateTimeOffset at) => State.CanBecome(state)
        ? this with { State = state, StateReason = reason, StateChangedAt = at, StateChangedBy = caller.Name }
        : throw HubException.Conflict("grant-state", $"The grant is {State.Stored()} since {At(StateChangedAt)} by {StateChangedBy} and cannot become {state.Stored()}.{(State.IsFinal() ? " Ask for a new grant." : "")}");

    static string At(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>One side's word that a grant is as agreed.</summary>
/// <param name="By">Id of the caller who gave it.</param>
/// <param name="Name">For people.</param>
/// <param name="At">When.</param>
public sealed record Confirmation(string By, string Name, DateTimeOffset At);
