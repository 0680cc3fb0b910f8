using System.Text.Json;
using Exchange.Engine.Licences;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Delivery.Lookup;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Policies;
using Npgsql;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>What is asked for.</summary>
/// <param name="Key">Key of the record.</param>
/// <param name="ValidForDays">Days from now on; as many as the policy allows when left out.</param>
public sealed record LicenceRequest(string Key, int? ValidForDays = null);

/// <summary>An issued licence, as it is handed over.</summary>
/// <param name="Id">By which it is listed and revoked.</param>
/// <param name="Licence">The licence: a JSON Web Signature.</param>
/// <param name="Status">Address that tells, without a token, whether it still holds.</param>
public sealed record IssuedLicence(Guid Id, string Licence, string Status, DateTimeOffset ExpiresAt);

/// <summary>Issues a signed extract of a record: what the caller's grant shows of it, with issuer, publication and expiry.</summary>
sealed class IssueLicence(
    PointReads points, SharingPolicies policies, LicenceKeys keys, NpgsqlDataSource database, IAuditTrail audit, HubOptions options, TimeProvider time)
{
    const string Form = "licence";

    /// <summary>Issues one.</summary>
    /// <exception cref="HubException">The policy allows none, no case is named, there is no such record, or the caller may not.</exception>
    public async Task<IssuedLicence> ExecuteAsync(string name, LicenceRequest request, Caller caller, HttpContext http)
    {
        var read = await points.ReadAsync(http, name, DeliveryMode.Lookup, known => LookupQueries.Of(known, new LookupQuestion(request.Key)));
        IssuedLicence? issued = null;
        await Answering.RecordedAsync(read, Form, request.Key, async () =>
        {
            var days = await DaysAsync(name, request, http.RequestAborted);
            if (read.Access.CaseNumber is null)
                throw new HubException(ErrorKind.Invalid, "case-required", "A licence is issued for a case. Send its number in the header Exchange-Case.");
            var record = Answering.Single(read);
            await read.Access.TakeAsync(1, http.RequestAborted);
            var shown = LicenceView.Show(read.Access.View, record.Doc!);
            issued = await IssueAsync(read, record, shown, days, caller, http);
            return new Answer(default, 1, shown.Length, record.Key);
        });
        http.Response.Headers.CacheControl = "no-store";
        return issued!;
    }

    /// <summary>For how long, where the policy in force allows licences at all.</summary>
    async Task<int> DaysAsync(string name, LicenceRequest request, CancellationToken cancellationToken)
    {
        if ((await policies.ViewAsync(name, cancellationToken)).Policy?.Licences is not { } allowed)
            throw HubException.Conflict("licences-not-offered", $"The policy of dataset '{name}' allows no licences. Its steward may: licences, with validForDays.");
        return request.ValidForDays is null or >= 1 && request.ValidForDays.GetValueOrDefault() <= allowed.ValidForDays
            ? request.ValidForDays ?? allowed.ValidForDays
            : throw HubException.Invalid(new FieldError("/validForDays", "is out of bounds", $"Give 1 to {allowed.ValidForDays}, or leave it out."));
    }

    async Task<IssuedLicence> IssueAsync(PointRead read, PointRecord record, byte[] shown, int days, Caller caller, HttpContext http)
    {
        var (head, access, terms, id) = (read.Dataset.Head, read.Access, read.Access.Grant?.Terms, LicenceId.Make());
        var consumer = access.Grant?.Consumer ?? head.Department;
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()); // licences count in seconds
        var expires = now.AddDays(days);
        var number = Guid.CreateVersion7(now);
        var address = options.PublicAddress?.TrimEnd('/') ?? PublicAddress.Of(http);
        var status = $"{address}/api/v1/licences/{id.Text}/status";
        var payload = Payload(read, record, shown, new Claims(address, id.Text, consumer, status, now, expires));
        using var pair = await keys.OpenAsync(http.RequestAborted);
        var token = LicenceToken.Sign(payload, pair);
        await database.InTransactionAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    $"""
                    insert into delivery.licences
                      (id, id_hash, dataset_id, dataset, grant_id, consumer, purpose, key_hash, sealed_key, shown_hash, fields, masks, publication, issued_at, issued_by, expires_at)
                    values ($1, $2, $3, $4, $5::uuid, $6, $7::text, $8, $9, $10, $11::text[], $12, $13, $14, $15, $16)
                    """,
                    [number, id.Hash, head.DatasetId, head.Name, access.Grant?.Id, consumer, access.Purpose, access.Keys.HashOfRecord(head.Name, record.Key), id.Seal(record.Key),
                     access.Keys.HashOfObserved(shown), terms?.Fields.ToArray(), JsonSerializer.Serialize(terms?.Masks ?? new Dictionary<string, Mask>(), ApiJson.Options), head.Publication, now, caller.Id, expires],
                    http.RequestAborted);
                await audit.AppendAsync(connection, caller, new LicenceIssued(number, head.Name, consumer, access.Grant?.Id, head.Publication, expires), http.RequestAborted);
            },
            http.RequestAborted);
        return new IssuedLicence(number, token, status, expires);
    }

    static byte[] Payload(PointRead read, PointRecord record, byte[] shown, Claims claims)
    {
        var head = read.Dataset.Head;
        return CanonicalJson.Of(JsonSerializer.SerializeToElement(new
        {
            iss = claims.Issuer,
            jti = claims.Id,
            aud = claims.Audience,
            iat = claims.IssuedAt.ToUnixTimeSeconds(),
            exp = claims.ExpiresAt.ToUnixTimeSeconds(),
            department = head.Department,
            dataset = head.Name,
            schema = head.Schema,
            publication = head.Publication,
            publishedAt = head.PublishedAt,
            purpose = read.Access.Purpose,
            @case = read.Access.CaseNumber,
            key = record.Key,
            record = JsonSerializer.Deserialize<JsonElement>(shown),
            status = claims.Status,
        }));
    }

    sealed record Claims(string Issuer, string Id, string Audience, string Status, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
}
