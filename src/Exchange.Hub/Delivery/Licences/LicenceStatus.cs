using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>What is told of a licence, to whoever knows its id.</summary>
/// <param name="Status">Whether it still holds.</param>
public sealed record LicenceStanding(LicenceState Status);

/// <summary>
/// Tells whether a licence holds. It is worked out from what is published at the moment of the question: no job can be
/// late. A record that was changed and then changed back has superseded its licence all the same.
/// </summary>
sealed class LicenceStatus(NpgsqlDataSource database, SharingKeySource keys, TimeProvider time)
{
    /// <summary>How a licence stands.</summary>
    /// <exception cref="HubException">There is no such licence.</exception>
    public async Task<LicenceStanding> FindAsync(string id, CancellationToken cancellationToken)
    {
        var known = new LicenceId(id);
        var licence = await database.FirstOrDefaultAsync($"select {Licence.Columns} from delivery.licences where id_hash = $1", [known.Hash], Licence.Read, cancellationToken)
            ?? throw HubException.NotFound("licence-not-found", "There is no licence with this id. Compare it with the member jti of the licence.");
        return new LicenceStanding(await StateOfAsync(licence, known, cancellationToken));
    }

    async Task<LicenceState> StateOfAsync(Licence licence, LicenceId id, CancellationToken cancellationToken)
    {
        if (licence.RevokedAt is not null)
            return LicenceState.Revoked;
        if (time.GetUtcNow() >= licence.ExpiresAt)
            return LicenceState.Expired;
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, licence.Dataset, cancellationToken);
        var secrets = await keys.GetAsync(cancellationToken);
        var view = LicenceView.Of(licence.Fields, licence.Masks, secrets.MaskKeyOf(licence.Consumer));
        var versions = await snapshot.Connection.QueryAsync(
            snapshot.Reads.Since, [id.Open(licence.SealedKey), licence.Publication], row => row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0), cancellationToken);
        return versions.TrueForAll(version => version is not null && secrets.HashOfObserved(LicenceView.Show(view, version)).AsSpan().SequenceEqual(licence.ShownHash))
            ? LicenceState.Valid
            : LicenceState.Superseded;
    }
}

/// <summary>What a licence shows of a record: what the grant showed when it was issued.</summary>
static class LicenceView
{
    public static RecordView Of(string[]? fields, IReadOnlyDictionary<string, Mask> masks, byte[] maskKey) =>
        fields is null ? RecordView.Whole : RecordView.Of(fields, masks.ToDictionary(mask => mask.Key, mask => Enum.Parse<FieldMask>(mask.Value.ToString())), maskKey);

    public static byte[] Show(RecordView view, byte[] record)
    {
        var shown = new JsonBuffer(record.Length);
        view.Write(record, shown);
        return shown.WrittenSpan.ToArray();
    }
}
