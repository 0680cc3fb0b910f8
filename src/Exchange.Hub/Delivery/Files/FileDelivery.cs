using System.Text;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Attempt = Exchange.Hub.Delivery.Subscriptions.Attempt;

namespace Exchange.Hub.Delivery.Files;

/// <summary>A visit to a drop.</summary>
sealed record FileVisit(Subscription Subscription, FileTarget Target, DropVisit Numbers, IDrop Drop, DateTimeOffset At)
{
    public DropNames Names { get; } = new(Subscription.Id, Subscription.Dataset);
}

/// <summary>
/// Brings a drop further by one delivery. The data file is written under a name of the hub's own; then a number is taken,
/// and the drop's state is written, by which the delivery is decided; then the file gets its name, and the manifest is
/// put beside it. Whoever comes after a hub that died finds no state, and begins anew, or finds one, and brings that
/// very delivery to its end. So nobody ever sees two contents under one number.
/// </summary>
sealed class FileDelivery(PushFeed feed, DropStore store, FileContents contents, TimeProvider time, ILogger<FileDelivery> log)
{
    public async Task<PushResult> ExecuteAsync(FileVisit visit, CancellationToken cancellationToken)
    {
        var (subscription, numbers) = (visit.Subscription, visit.Numbers);
        var place = subscription.Place;
        var lying = await visit.Drop.ListAsync(cancellationToken);
        var state = await FindStateAsync(visit, lying, cancellationToken);
        var dead = state is { } unsettled && unsettled.Sequence > numbers.Settled && !await BringToEndAsync(visit, unsettled, lying, cancellationToken);
        await SweepAsync(visit, dead ? null : state, lying, cancellationToken);
        if (dead)
            state = null;
        if (state is not null && state.From == place && state.Revision == subscription.Revision)
            return Result(visit, state, more: true);
        if (place.Cursor is not null && (state is null || state.Sequence < numbers.Settled))
        {
            // The drop is another than before, or was emptied or set back: changes alone would leave a gap.
            await store.ForgetAsync(subscription.Id, numbers.Sequence, cancellationToken);
            return new PushResult(place.Again(), More: true, []);
        }
        return await DeliverAsync(visit, state?.Sequence, lying, cancellationToken);
    }

    async Task<PushResult> DeliverAsync(FileVisit visit, long? previous, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        var (subscription, target) = (visit.Subscription, visit.Target);
        await using var opened = await feed.OpenAsync(subscription, FilePush.Way, cancellationToken);
        var stop = opened.Reading.Stop;
        var everything = target.Mode == DropMode.Full || subscription.Place.Cursor is null;
        var walk = opened.WalkFrom(subscription.Place.Cursor);
        var to = To(subscription.Place, opened, walk, everything);
        var part = visit.Names.NewPart();
        DropState state;
        try
        {
            var written = await WriteAsync(visit, part, opened, walk, everything);
            if (written is null)
            {
                opened.Complete();
                return new PushResult(to, !opened.IsAll(walk.AfterAll), []);
            }
            state = await NumberAsync(visit, new Decision(previous, part, written, everything, to, opened.Snapshot.Head.Schema), lying, stop);
        }
        catch
        {
            await TryRemoveAsync(visit, part);
            throw;
        }
        await DecideAsync(visit, state, stop);
        await FinishAsync(visit, state, new HashSet<string> { part }, stop);
        await store.SettleAsync(subscription.Id, state.Sequence, CancellationToken.None);
        opened.Complete();
        await RetainAsync(visit, state, lying, cancellationToken);
        return Result(visit, state, more: !everything && !opened.IsAll(walk.AfterAll));
    }

    static PushPlace To(PushPlace place, PushReading opened, FeedWalk walk, bool everything)
    {
        var head = opened.Snapshot.Head;
        return place with
        {
            Cursor = everything ? opened.CursorAt(head.Seq) : opened.Write(walk.AfterAll),
            Whole = place.Whole || everything || opened.IsAll(walk.AfterAll),
            Publication = head.Publication,
        };
    }

    /// <summary>Writes the data file under a name of the hub's own; null when there was nothing to write.</summary>
    async Task<Written?> WriteAsync(FileVisit visit, string name, PushReading opened, FeedWalk walk, bool everything)
    {
        await using var part = await visit.Drop.BeginAsync(name, opened.Reading.Stop);
        await using var hashed = new HashedStream(part.Stream);
        FileCounts counts;
        try
        {
            counts = await contents.WriteAsync(opened, walk, visit.Target, everything, hashed);
        }
        catch (Exception error) when (DropException.IsOfFiles(error) && error is not EndOfStreamException && error.InnerException is not System.Net.Sockets.SocketException)
        {
            throw DropException.Of(error, visit.Target.Place == FilePlace.Sftp ? SftpDrop.Spooled : visit.Drop.Address);
        }
        if (counts.All == 0 && !everything)
            return null;
        await opened.ReleaseAsync();
        await part.KeepAsync(opened.Reading.Stop);
        return new Written(counts, hashed.Length, hashed.Sha256);
    }

    /// <summary>Takes a number, and works out all that belongs to it.</summary>
    async Task<DropState> NumberAsync(FileVisit visit, Decision decision, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        var (subscription, target, names) = (visit.Subscription, visit.Target, visit.Names);
        var kind = decision.Everything ? DropMode.Full : DropMode.Changes;
        var sequence = await store.TakeAsync(subscription.Id, visit.Numbers, decision.Previous ?? 0, NamesOf, cancellationToken);
        var (data, manifest) = (DataOf(sequence), names.Manifest(sequence));
        if (lying.Contains(data) || lying.Contains(manifest))
            throw new DropException("drop-occupied", $"{visit.Drop.Address} already holds {(lying.Contains(data) ? data : manifest)}, which this subscription did not write. Give it a folder of its own.", isFinal: true);
        var (counts, bytes, sha256) = decision.Written;
        var text = new FileManifest(
            1, subscription.Id, subscription.Dataset, decision.To.Publication, decision.Schema, target.Mode, kind, sequence, decision.Previous, decision.To.Reading, target.Form, target.Gzip,
            time.GetUtcNow(), decision.To.Cursor!, [new ManifestFile(data, bytes, sha256, counts.All, counts.Upserts, counts.Deletes)]).ToText();
        return new DropState(
            sequence, subscription.Revision, subscription.Place, decision.To, decision.Part, data, manifest, text,
            target.ChecksumFile ? data + ".sha256" : null, target.ChecksumFile ? $"{sha256}  {data}\n" : null, counts.All, bytes);

        string DataOf(long number) => names.Data(target, number, decision.To.Publication, kind);

        string[] NamesOf(long number) => target.ChecksumFile ? [names.Manifest(number), DataOf(number) + ".sha256", DataOf(number)] : [names.Manifest(number), DataOf(number)];
    }

    /// <summary>Writes the state: from here on the delivery is what it is.</summary>
    async Task DecideAsync(FileVisit visit, DropState state, CancellationToken cancellationToken)
    {
        var name = visit.Names.State(state.Sequence);
        try
        {
            await PutAsync(visit, name, state.ToBytes(), cancellationToken);
        }
        catch
        {
            // The drop may have it although it did not say so: the state must be gone before the file that it speaks of.
            if (await TryRemoveAsync(visit, name))
                await TryRemoveAsync(visit, state.Part);
            throw;
        }
    }

    /// <summary>Brings a delivery that was decided to its end, unless it is no longer what its reader may see.</summary>
    /// <returns>False when it cannot or must not come to its end.</returns>
    async Task<bool> BringToEndAsync(FileVisit visit, DropState state, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        await using var opened = await feed.OpenAsync(visit.Subscription, FilePush.Way, cancellationToken);
        opened.Complete(); // nothing is read
        try
        {
            opened.WalkFrom(state.To.Cursor);
        }
        catch (HubException over) when (PushReading.IsOver(over) || over.Code == "cursor-invalid")
        {
            await visit.Drop.DeleteAsync(state.Part, cancellationToken);
            if (!lying.Contains(state.Manifest))
                await visit.Drop.DeleteAsync(state.Data, cancellationToken);
            await visit.Drop.DeleteAsync(visit.Names.State(state.Sequence), cancellationToken);
            return false;
        }
        if (!lying.Contains(state.Part) && !lying.Contains(state.Data) && !lying.Contains(state.Manifest))
            return false; // its consumer has taken it all, or it was lost: a full delivery is right in both cases
        await opened.ReleaseAsync();
        await FinishAsync(visit, state, lying, opened.Reading.Stop);
        await store.SettleAsync(visit.Subscription.Id, state.Sequence, CancellationToken.None);
        return true;
    }

    /// <summary>From the state to the manifest. Each step may have been taken already.</summary>
    static async Task FinishAsync(FileVisit visit, DropState state, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        if (lying.Contains(state.Part))
            await visit.Drop.RenameAsync(state.Part, state.Data, cancellationToken);
        else if (!lying.Contains(state.Data))
            return; // its consumer has taken it away, and so has seen the manifest, which is removed last
        if (state.Checksum is { } checksum && !lying.Contains(checksum))
            await PutAsync(visit, checksum, Encoding.UTF8.GetBytes(state.ChecksumText!), cancellationToken);
        await visit.Drop.FlushAsync(cancellationToken);
        if (!lying.Contains(state.Manifest))
            await PutAsync(visit, state.Manifest, Encoding.UTF8.GetBytes(state.ManifestText), cancellationToken);
        await visit.Drop.FlushAsync(cancellationToken);
    }

    static async Task<DropState?> FindStateAsync(FileVisit visit, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        foreach (var (name, sequence) in lying.Select(name => (Name: name, Sequence: visit.Names.SequenceOfState(name))).Where(each => each.Sequence is not null).OrderByDescending(each => each.Sequence))
        {
            if (await visit.Drop.ReadAsync(name, DropState.MostBytes, cancellationToken) is { } bytes && DropState.Parse(bytes, sequence!.Value, visit.Names) is { } state)
                return state;
        }
        return null;
    }

    /// <summary>Removes what earlier visits left: files that were never decided upon, and states that others followed.</summary>
    static async Task SweepAsync(FileVisit visit, DropState? state, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        foreach (var name in lying.Where(name => visit.Names.IsPart(name) || (state is not null && visit.Names.SequenceOfState(name) < state.Sequence)))
        {
            if (name != state?.Part)
                await visit.Drop.DeleteAsync(name, cancellationToken);
        }
    }

    /// <summary>Removes older states, and older deliveries where the target wants that. What fails here fails no delivery.</summary>
    async Task RetainAsync(FileVisit visit, DropState state, IReadOnlySet<string> lying, CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(visit, state, lying, cancellationToken);
            if (visit.Target.Keep == 0)
                return;
            var older = await store.OlderAsync(visit.Subscription.Id, visit.Target.Keep, cancellationToken);
            foreach (var name in older.SelectMany(each => each.Names))
                await visit.Drop.DeleteAsync(name, cancellationToken);
            if (older.Count > 0)
                await store.ForgetAsync(visit.Subscription.Id, older[0].Sequence, cancellationToken);
        }
        catch (DropException failed)
        {
            log.LogWarning("Old files of subscription {Subscription} could not be removed: {Problem}", visit.Subscription.Id, failed.Message);
        }
    }

    static async Task PutAsync(FileVisit visit, string name, byte[] bytes, CancellationToken cancellationToken)
    {
        var temporary = visit.Names.NewPart();
        await using (var part = await visit.Drop.BeginAsync(temporary, cancellationToken))
        {
            await part.Stream.WriteAsync(bytes, cancellationToken);
            await part.KeepAsync(cancellationToken);
        }
        await visit.Drop.RenameAsync(temporary, name, cancellationToken);
    }

    async Task<bool> TryRemoveAsync(FileVisit visit, string name)
    {
        try
        {
            await visit.Drop.DeleteAsync(name, CancellationToken.None);
            return true;
        }
        catch (DropException failed)
        {
            log.LogInformation("A file that was not finished waits for the next visit to {Drop}: {Problem}", visit.Drop.Address, failed.Message);
            return false;
        }
    }

    PushResult Result(FileVisit visit, DropState state, bool more)
    {
        var attempt = new Attempt($"{state.Sequence}", AttemptCause.Changes, visit.At, time.GetUtcNow() - visit.At, state.To.Publication, state.Records, state.Bytes, null)
        {
            Request = JsonSerializer.SerializeToElement(new { place = visit.Drop.Address, manifest = state.Manifest, file = state.Data }, ApiJson.Options),
        };
        return new PushResult(state.To, more, [attempt]);
    }

    sealed record Written(FileCounts Counts, long Bytes, string Sha256);

    sealed record Decision(long? Previous, string Part, Written Written, bool Everything, PushPlace To, string? Schema);
}
