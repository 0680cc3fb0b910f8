using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Npgsql;
using Attempt = Exchange.Hub.Delivery.Subscriptions.Attempt;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>Keeps a table in a consumer's own database.</summary>
sealed class TablePush(PushFeed feed, TableDelivery delivery, TableDialects dialects, OutboundGuard guard, TimeProvider time) : IPush
{
    /// <inheritdoc/>
    public string Kind => "table";

    /// <inheritdoc/>
    public Type Options => typeof(TableOptions);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>?> BeginAsync(NpgsqlConnection connection, Subscription subscription, object options, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>?>(null);

    /// <inheritdoc/>
    public async Task<PushResult> PushAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        var place = (TableOptions)options;
        var at = time.GetUtcNow();
        await using var opened = await feed.OpenAsync(subscription, Kind, cancellationToken);
        try
        {
            await using var target = await TableTarget.OpenAsync(dialects.Of(place.Server), guard, place, opened.Reading.Stop);
            var done = await delivery.ExecuteAsync(target, opened, subscription, opened.Reading.Stop);
            opened.Complete();
            var state = done.State;
            var now = new PushPlace(state.Place, Math.Max(state.Reading, subscription.Place.Reading), Whole: state.Place is not null, state.Publication);
            var nothing = opened.Reading.Records + done.Deleted == 0 && !done.IsReload;
            return new PushResult(now, More: done.IsBehind, nothing ? [] : [AttemptOf(opened, place, at, done, null)]);
        }
        catch (Exception error) when (opened.Snapshot.Connection.State == System.Data.ConnectionState.Open && ProblemOf(dialects.Of(place.Server), error) is { } problem)
        {
            return new PushResult(subscription.Place, More: false, [AttemptOf(opened, place, at, null, problem)]) { Problem = problem };
        }
    }

    /// <inheritdoc/>
    public async Task<Attempt> TestAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        var place = (TableOptions)options;
        var at = time.GetUtcNow();
        await using var opened = await feed.OpenAsync(subscription, Kind, cancellationToken);
        opened.Complete(); // nothing is read
        string? version = null;
        string? problem = null;
        try
        {
            await using var target = await TableTarget.OpenAsync(dialects.Of(place.Server), guard, place, cancellationToken);
            version = target.Connection.ServerVersion;
            var shape = await target.ShapeAsync(await delivery.ColumnsAsync(opened, cancellationToken), null, cancellationToken);
            var missing = place.Create ? [] : shape.Statements.Select(statement => $"Run: {statement};");
            problem = string.Join(" ", shape.Problems.Concat(missing)) is { Length: > 0 } told ? told : null;
        }
        catch (HubException refusal)
        {
            problem = refusal.Message;
        }
        catch (Exception error) when (ProblemOf(dialects.Of(place.Server), error) is { } found)
        {
            problem = found.Message;
        }
        return new Attempt("test", AttemptCause.Test, at, time.GetUtcNow() - at, null, 0, 0, problem) { Request = RequestOf(place), Response = JsonSerializer.SerializeToElement(new { version }, ApiJson.Options) };
    }

    /// <summary>What an error means for a subscription; null for what is not the target's doing.</summary>
    public static PushProblem? ProblemOf(ITableDialect dialect, Exception error)
    {
        switch (error)
        {
            case TableMisfitException misfit:
                return new PushProblem("table-misfit", misfit.Message, IsFinal: true);
            case TableValueException value:
                return new PushProblem("value-misfit", $"{value.Message} The record's key has the hash {value.KeyHash}. Nothing of the delivery was kept; resume the subscription when the table is mended.", IsFinal: true);
            case DbException refused:
                var fault = dialect.Explain(refused);
                return new PushProblem(fault.Code, fault.Message, IsFinal: fault.IsFinal);
            case IOException or SocketException or TimeoutException or InvalidOperationException { Source: "Npgsql" or "MySqlConnector" or "Microsoft.Data.SqlClient" }:
                return new PushProblem("target-away", $"The connection to the database broke off: {error.Message}");
            default:
                return null;
        }
    }

    Attempt AttemptOf(PushReading opened, TableOptions place, DateTimeOffset at, TableDone? done, PushProblem? problem)
    {
        var head = opened.Snapshot.Head;
        var delivered = string.Create(CultureInfo.InvariantCulture, $"{head.Epoch}.{head.Publication}");
        return new Attempt(delivered, AttemptCause.Changes, at, time.GetUtcNow() - at, head.Publication, opened.Reading.Records + (done?.Deleted ?? 0), opened.Reading.Bytes, problem?.Message)
        {
            Request = RequestOf(place),
            Response = done is null ? null : JsonSerializer.SerializeToElement(new { upserted = opened.Reading.Records, deleted = done.Deleted, everything = done.IsReload }, ApiJson.Options),
        };
    }

    static JsonElement RequestOf(TableOptions place) =>
        JsonSerializer.SerializeToElement(new { place.Server, place.Host, place.Port, place.Database, place.Schema, place.Table }, ApiJson.Options);
}
