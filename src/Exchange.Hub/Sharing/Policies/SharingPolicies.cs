using System.Text.Json;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Policies;

/// <summary>A policy as the API shows it.</summary>
/// <param name="Department">The department that provides the dataset.</param>
/// <param name="Offered">False while the department has stated no policy: then nothing can be asked for.</param>
/// <param name="Revision">Counts from 1; 0 while there is none.</param>
/// <param name="Policy">Null while there is none.</param>
public sealed record PolicyView(string Dataset, string Department, bool Offered, int Revision, PolicyDefinition? Policy);

/// <summary>States and finds the policies of datasets.</summary>
sealed class SharingPolicies(NpgsqlDataSource database, PutDocument put, DatasetCatalog datasets, SharedSchemas schemas)
{
    public const string Kind = "policy";

    /// <summary>The policy of a dataset, or that there is none.</summary>
    /// <exception cref="HubException">There is no such dataset.</exception>
    public async Task<PolicyView> ViewAsync(string dataset, CancellationToken cancellationToken)
    {
        var provider = (await datasets.FindAsync(dataset, cancellationToken)).Head.Department;
        var document = await DocumentStore.FindAsync(database, Kind, dataset, cancellationToken);
        return new PolicyView(dataset, provider, document is not null, document?.Revision ?? 0, document is null ? null : Parse(document));
    }

    /// <summary>The policy of a dataset as it stands in this transaction; null while there is none.</summary>
    public static async Task<PolicyDefinition?> FindAsync(NpgsqlConnection connection, string dataset, CancellationToken cancellationToken) =>
        await DocumentStore.FindAsync(connection, Kind, dataset, cancellationToken) is { } document ? Parse(document) : null;

    /// <summary>Every policy there is, by dataset.</summary>
    public async Task<IReadOnlyDictionary<string, PolicyDefinition>> ListAsync(CancellationToken cancellationToken) =>
        (await DocumentStore.ListAsync(database, Kind, cancellationToken)).ToDictionary(document => document.Name, Parse);

    /// <summary>States a policy or changes it. What was granted before stays granted.</summary>
    /// <exception cref="HubException">There is no such dataset, it is not the caller's, or some values will not do.</exception>
    public async Task<DocumentChange> PutAsync(string dataset, PolicyDefinition policy, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        var found = await datasets.FindAsync(dataset, cancellationToken);
        if (!caller.MayActFor(found.Head.Department))
            throw HubException.Forbidden("other-department", $"Dataset {dataset} belongs to {found.Head.Department}; only its own steward may say on what terms it is shared.");
        Check(policy, await schemas.FindAsync(found.Definition.Schema, cancellationToken));
        var body = JsonSerializer.SerializeToElement(policy, ApiJson.Options);
        return await put.ExecuteAsync(
            Kind, dataset, body, change => new PolicyStated(dataset, policy.Class, change.Revision), caller, dryRun,
            (connection, _) => DatasetHeads.SetSmallCountAsync(connection, found.Head.DatasetId, policy.SmallCountThreshold, cancellationToken),
            cancellationToken);
    }

    static void Check(PolicyDefinition policy, SharedSchema schema)
    {
        var nothing = policy.Class == SharingClass.NotShared;
        var validation = new Validation()
            .Require(!nothing || !string.IsNullOrWhiteSpace(policy.LegalBasis), "/legalBasis", "is missing", "Cite the law by which the dataset is not shared; refusals will cite it.")
            .Require(nothing || policy.Modes.Count > 0, "/modes", "is empty", "Offer at least one of lookup, query, changes, push and verify.")
            .Require(policy.Modes.Distinct().Count() == policy.Modes.Count, "/modes", "names a mode twice", "Name each once.")
            .Require(policy.SmallCountThreshold is null or >= 2 and <= 1000, "/smallCountThreshold", "is out of bounds", "Give 2 to 1000, or leave it out.")
            .Require(policy.Licences is null or { ValidForDays: >= 1 and <= 3650 }, "/licences/validForDays", "is out of bounds", "Give 1 to 3650 days.");
        foreach (var (pointer, field) in policy.Fields)
        {
            var place = $"/fields/{pointer.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            var known = schema.Fields.FirstOrDefault(f => f.Pointer == pointer);
            validation
                .Require(known is not null, place, $"The schema has no field {pointer}", $"Choose among {string.Join(", ", schema.Fields.Select(f => f.Pointer))}.")
                .Require(field.Class > policy.Class, place, "is not stricter than its dataset", "Leave it out, or give it a stricter class.")
                .Require(known is not { IsKey: true } || field.Class != SharingClass.NotShared, place, "is part of the key, without which no record can be shared", "Make the whole dataset not-shared, or this field conditional.")
                .Require(field.Class != SharingClass.NotShared || !string.IsNullOrWhiteSpace(field.LegalBasis ?? policy.LegalBasis), $"{place}/legalBasis", "is missing", "Cite the law by which the field is not shared.");
        }
        validation.ThrowIfAny();
    }

    static PolicyDefinition Parse(Document document) => document.Json.Deserialize<PolicyDefinition>(ApiJson.Options)!;
}
