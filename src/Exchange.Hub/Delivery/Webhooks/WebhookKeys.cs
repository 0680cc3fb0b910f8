using System.Collections.Concurrent;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>A key that was made, with what is shown of it this one time.</summary>
/// <param name="Secret">What signatures are checked with: <c>whsec_…</c>, or the public <c>whpk_…</c>.</param>
public sealed record MadeWebhookKey(WebhookKey Key, string Secret);

/// <summary>The keys that calls are signed with. While one follows another both sign, so that a consumer can change over in its own time.</summary>
sealed class WebhookKeys(NpgsqlDataSource database, ISecretStore secrets, TimeProvider time)
{
    const int MostRemembered = 10_000;

    static readonly SqlText columns = $"id, kind, public_key, made_at, ends_at";

    /// <summary>Keys by subscription: whoever makes or ends one, on whichever hub, raises its revision.</summary>
    readonly ConcurrentDictionary<Guid, (int Revision, IReadOnlyList<(WebhookSigner Signer, DateTimeOffset? EndsAt)> Keys)> known = new();

    /// <summary>Makes one in the connection's transaction.</summary>
    public async Task<(WebhookKey Key, WebhookSigner Signer)> MakeAsync(NpgsqlConnection connection, Guid subscription, WebhookKeyKind kind, CancellationToken cancellationToken)
    {
        var signer = WebhookSigner.Make(kind);
        var now = time.GetUtcNow();
        var key = new WebhookKey(Guid.CreateVersion7(now), kind, signer.PublicKey, now, null);
        await connection.ExecuteAsync(
            $"insert into delivery.webhook_keys (id, subscription_id, kind, public_key, made_at) values ($1, $2, $3, $4, $5)",
            [key.Id, subscription, Stored(kind), key.PublicKey, now], cancellationToken);
        await secrets.SetAsync(connection, SecretName(subscription, key.Id), signer.Secret, cancellationToken);
        return (key, signer);
    }

    /// <summary>Makes one that takes the place of those of its kind, which sign on for a while.</summary>
    /// <param name="keep">For how long; of several older ones, only the newest.</param>
    public async Task<(WebhookKey Key, WebhookSigner Signer)> RotateAsync(NpgsqlConnection connection, Guid subscription, WebhookKeyKind kind, TimeSpan keep, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await connection.ExecuteAsync(
            $"""
            update delivery.webhook_keys k set ends_at = case when k.ends_at is null then $3 + $4 else least(k.ends_at, $3) end
            where subscription_id = $1 and kind = $2
            """,
            [subscription, Stored(kind), now, keep], cancellationToken);
        return await MakeAsync(connection, subscription, kind, cancellationToken);
    }

    /// <summary>Ends one at once, in the connection's transaction.</summary>
    /// <exception cref="HubException">There is none, or nothing else would sign.</exception>
    public async Task<WebhookKey> EndAsync(NpgsqlConnection connection, Guid subscription, Guid key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var valid = (await ListAsync(connection, subscription, cancellationToken)).Where(each => each.EndsAt is null || each.EndsAt > now).ToList();
        var ending = valid.Find(each => each.Id == key)
            ?? throw HubException.NotFound("key-not-found", $"The subscription has no key {key} that still signs. GET …/keys lists them.");
        if (!valid.Exists(each => each.EndsAt is null && each.Id != key))
            throw HubException.Conflict("last-key", "No other key would sign for good. Make one first, then end this one.");
        await connection.ExecuteAsync($"update delivery.webhook_keys set ends_at = $2 where id = $1", [key, now], cancellationToken);
        await secrets.DeleteAsync(connection, SecretName(subscription, key), cancellationToken);
        return ending with { EndsAt = now };
    }

    /// <summary>Those that sign, and those that have lately ended, newest first.</summary>
    public static Task<List<WebhookKey>> ListAsync(NpgsqlConnection connection, Guid subscription, CancellationToken cancellationToken) =>
        connection.QueryAsync($"select {columns} from delivery.webhook_keys where subscription_id = $1 order by made_at desc, id desc", [subscription], Read, cancellationToken);

    /// <summary>Those that sign now, newest first.</summary>
    /// <exception cref="HubException">A secret does not open.</exception>
    public async ValueTask<IReadOnlyList<WebhookSigner>> SigningAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (!known.TryGetValue(subscription.Id, out var kept) || kept.Revision != subscription.Revision)
        {
            kept = (subscription.Revision, await LoadAsync(subscription.Id, cancellationToken));
            if (known.Count >= MostRemembered)
                known.Clear();
            known[subscription.Id] = kept;
        }
        var now = time.GetUtcNow();
        return [.. kept.Keys.Where(key => key.EndsAt is null || key.EndsAt > now).Select(key => key.Signer)];
    }

    /// <summary>Forgets keys that have ended, and those of subscriptions that have. Called by the clock.</summary>
    public Task PruneAsync(CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            var over = await connection.QueryAsync(
                $"""
                delete from delivery.webhook_keys k where k.ends_at < $1 or exists (select from delivery.subscriptions s where s.id = k.subscription_id and s.state = 'ended')
                returning k.subscription_id, k.id
                """,
                [time.GetUtcNow()], row => SecretName(row.GetGuid(0), row.GetGuid(1)), cancellationToken);
            foreach (var name in over)
                await secrets.DeleteAsync(connection, name, cancellationToken);
        },
        cancellationToken);

    async Task<IReadOnlyList<(WebhookSigner Signer, DateTimeOffset? EndsAt)>> LoadAsync(Guid subscription, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var loaded = new List<(WebhookSigner, DateTimeOffset?)>();
        foreach (var key in await ListAsync(connection, subscription, cancellationToken))
        {
            if (await secrets.RevealAsync(SecretName(subscription, key.Id), cancellationToken) is { } secret)
                loaded.Add((WebhookSigner.Read(key.Kind, secret), key.EndsAt));
        }
        return loaded;
    }

    static string SecretName(Guid subscription, Guid key) => PushTargets.SecretName(subscription, $"key/{key}");

    static string Stored(WebhookKeyKind kind) => kind.ToString().ToLowerInvariant();

    static WebhookKey Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), Enum.Parse<WebhookKeyKind>(row.GetString(1), ignoreCase: true), row.Maybe<string>(2), row.GetFieldValue<DateTimeOffset>(3), row.Maybe<DateTimeOffset?>(4));
}
