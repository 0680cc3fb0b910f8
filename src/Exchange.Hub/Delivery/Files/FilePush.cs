using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Npgsql;
using Attempt = Exchange.Hub.Delivery.Subscriptions.Attempt;

namespace Exchange.Hub.Delivery.Files;

/// <summary>Pushes as files into a folder or an SFTP drop.</summary>
sealed class FilePush(PushFeed feed, Drops drops, DropStore store, FileDelivery delivery, TimeProvider time) : IPush
{
    /// <summary>The way's name.</summary>
    public const string Way = "file";

    public string Kind => Way;

    public Type Options => typeof(FileTarget);

    public Task<IReadOnlyDictionary<string, string>?> BeginAsync(NpgsqlConnection connection, Subscription subscription, object options, CancellationToken cancellationToken)
    {
        drops.Check((FileTarget)options);
        return Task.FromResult<IReadOnlyDictionary<string, string>?>(null);
    }

    public async Task<PushResult> PushAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        var target = (FileTarget)options;
        if (await WithoutVisitAsync(subscription, target, cancellationToken) is { } place)
            return new PushResult(place, More: false, []);
        var visit = await store.BeginAsync(subscription.Id, cancellationToken);
        var at = time.GetUtcNow();
        try
        {
            await using var drop = await drops.OpenAsync(target, subscription.Department, cancellationToken);
            return await delivery.ExecuteAsync(new FileVisit(subscription, target, visit, drop, at), cancellationToken);
        }
        catch (DropException failed)
        {
            var attempt = new Attempt($"{visit.Sequence + 1}", AttemptCause.Changes, at, time.GetUtcNow() - at, null, 0, 0, failed.Message) { Request = Told(target) };
            return new PushResult(subscription.Place, More: false, [attempt]) { Problem = failed.Problem };
        }
    }

    public async Task<Attempt> TestAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        var target = (FileTarget)options;
        var at = time.GetUtcNow();
        string? problem = null;
        try
        {
            await using var drop = await drops.OpenAsync(target, subscription.Department, cancellationToken);
            await ProbeAsync(drop, new DropNames(subscription.Id, subscription.Dataset), cancellationToken);
        }
        catch (DropException failed)
        {
            problem = failed.Message;
        }
        catch (HubException refused)
        {
            problem = refused.Message;
        }
        return new Attempt("test", AttemptCause.Test, at, time.GetUtcNow() - at, null, 0, 0, problem) { Request = Told(target) };
    }

    /// <summary>The place of a drop that need not be visited, as there is nothing to bring; else null.</summary>
    async Task<PushPlace?> WithoutVisitAsync(Subscription subscription, FileTarget target, CancellationToken cancellationToken)
    {
        await using var opened = await feed.OpenAsync(subscription, Way, cancellationToken);
        opened.Complete(); // nothing is read
        var place = subscription.Place;
        if (place.Cursor is null || !await store.IsSettledAsync(subscription.Id, cancellationToken))
            return null;
        var walk = opened.WalkFrom(place.Cursor);
        var nothing = opened.HasAll(place.Cursor) || (target.Mode == DropMode.Changes && (await walk.CountAsync(opened.Reading.Stop)).Changes == 0);
        return nothing && opened.IsAll(walk.AfterAll)
            ? place with { Cursor = opened.Write(walk.AfterAll), Whole = true, Publication = opened.Snapshot.Head.Publication }
            : null;
    }

    /// <summary>Does with an empty file what is done with each delivery.</summary>
    static async Task ProbeAsync(IDrop drop, DropNames names, CancellationToken cancellationToken)
    {
        await drop.ListAsync(cancellationToken);
        var (first, second) = names.Probe;
        await drop.DeleteAsync(first, cancellationToken);
        await drop.DeleteAsync(second, cancellationToken);
        await using (var part = await drop.BeginAsync(first, cancellationToken))
        {
            await part.Stream.WriteAsync("Exchange tries whether it can write here.\n"u8.ToArray(), cancellationToken);
            await part.KeepAsync(cancellationToken);
        }
        await drop.RenameAsync(first, second, cancellationToken);
        await drop.DeleteAsync(second, cancellationToken);
    }

    static JsonElement Told(FileTarget target) => JsonSerializer.SerializeToElement(
        new { place = DropNames.Word(target.Place), target.Host, target.Port, target.User, target.Path }, ApiJson.Options);
}
