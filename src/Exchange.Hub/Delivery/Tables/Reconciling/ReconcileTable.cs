using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>A table was held against its dataset.</summary>
sealed record TableReconciled(
    Guid Subscription, string Dataset, string Department, int Publication, long Records, long Rows, long Missing, long Extra, long Different, string ReportHash) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>
/// Holds a table against the dataset as the grant shows it, as of the publication that the table shows, and signs what
/// was found. Nothing of a record leaves by it but keys that the reader was told.
/// </summary>
sealed class ReconcileTable(
    NpgsqlDataSource database, ChangeSubscription change, PushTargets targets, PushFeed feed, TableDelivery delivery, TableDialects dialects, OutboundGuard guard,
    ReportSigner signer, IAuditTrail audit, TimeProvider time)
{
    /// <exception cref="HubException">There is no such table, or it is not at a state that can be compared.</exception>
    public async Task<SignedReport> ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var subscription = await change.RequireOwnAsync(id, caller, cancellationToken);
        if (await targets.OptionsAsync(subscription, cancellationToken) is not TableOptions place)
            throw HubException.Conflict("reconcile-kind", $"A {subscription.Kind} cannot be read back. Only subscriptions of kind table are reconciled.");
        await using var opened = await feed.OpenAsync(subscription, subscription.Kind, cancellationToken);
        opened.Complete(); // nothing leaves
        ReconciliationReport report;
        try
        {
            report = await CompareAsync(subscription, place, opened, caller, opened.Reading.Stop);
        }
        catch (Exception error) when (opened.Snapshot.Connection.State == System.Data.ConnectionState.Open && TablePush.ProblemOf(dialects.Of(place.Server), error) is { } problem)
        {
            throw problem.IsFinal ? HubException.Conflict(problem.Code, problem.Message) : HubException.Unavailable(problem.Code, problem.Message, error);
        }
        var canonical = CanonicalJson.Of(JsonSerializer.SerializeToElement(report, ApiJson.Options));
        var jws = await signer.SignAsync(canonical, cancellationToken);
        var noted = new TableReconciled(id, report.Dataset, report.Department, report.Publication, report.Records, report.Rows, report.Missing, report.Extra, report.Different, Convert.ToHexStringLower(SHA256.HashData(canonical)));
        await database.InTransactionAsync(connection => audit.AppendAsync(connection, caller, noted, cancellationToken), cancellationToken);
        return new SignedReport(report, jws);
    }

    async Task<ReconciliationReport> CompareAsync(Subscription subscription, TableOptions place, PushReading opened, Caller caller, CancellationToken cancellationToken)
    {
        await using var target = await TableTarget.OpenAsync(dialects.Of(place.Server), guard, place, cancellationToken);
        if ((await target.ColumnsAsync(TableState.Table, null, cancellationToken)).Count == 0)
            throw NotLoaded();
        // The state's lock keeps deliveries out meanwhile.
        await using var transaction = await target.Connection.BeginTransactionAsync(cancellationToken);
        var state = await TableState.LockAsync(target, transaction, subscription, time.GetUtcNow().UtcDateTime, cancellationToken);
        RequireCurrent(opened, state);
        await PastSchema.CheckAsync(opened.Snapshot, opened.Reading.Access, state.Publication, cancellationToken);
        var shape = await target.ShapeAsync(await delivery.ColumnsAsync(opened, state.Publication, cancellationToken), transaction, cancellationToken);
        if (shape.Problems.Count + shape.Statements.Count > 0)
            throw new TableMisfitException([.. shape.Problems, .. shape.Statements.Select(statement => $"Run: {statement};")]);
        using var comparison = new RangeComparison();
        await WalkAsync(target, transaction, opened, state.Publication, shape.Columns, comparison, cancellationToken);
        return new ReconciliationReport(
            subscription.Id, subscription.Dataset, state.Publication, subscription.Department, opened.Reading.Access.Grant?.Id, place.Server.ToString().ToLowerInvariant(),
            string.Join('.', new[] { place.Database, target.Schema, place.Table }.Distinct()), [.. shape.Columns.Select(column => column.Name)], time.GetUtcNow(), caller.Name,
            comparison.Records, comparison.Rows, comparison.Equal, comparison.Missing, comparison.Extra, comparison.Different, comparison.Ranges, comparison.Differences);
    }

    static void RequireCurrent(PushReading opened, TableState state)
    {
        if (state.Place is null)
            throw NotLoaded();
        try
        {
            opened.WalkFrom(state.Place);
        }
        catch (HubException over) when (PushReading.IsOver(over))
        {
            throw HubException.Conflict("table-out-of-date", "The table was loaded under another grant, other terms, or before the hub was restored. It is loaded anew by the next delivery: wait for that.");
        }
    }

    static HubException NotLoaded() => HubException.Conflict("table-not-loaded", "Nothing was loaded into the table yet. Wait until the subscription is whole; its problem says what keeps it.");

    static async Task WalkAsync(
        TableTarget target, DbTransaction transaction, PushReading opened, int publication, IReadOnlyList<BoundColumn> columns, RangeComparison comparison, CancellationToken cancellationToken)
    {
        await using var records = await RecordSide.OpenAsync(opened, publication, columns, cancellationToken);
        await using var rows = await RowSide.OpenAsync(target, transaction, columns, cancellationToken);
        var (hasRecord, hasRow) = (await records.NextAsync(cancellationToken), await rows.NextAsync(cancellationToken));
        while (hasRecord || hasRow)
        {
            var order = !hasRow ? -1 : !hasRecord ? 1 : records.Row.Key.AsSpan().SequenceCompareTo(rows.Row.Key);
            comparison.Add(order <= 0 ? records.Row : null, order >= 0 ? rows.Row : null);
            if (order <= 0)
                hasRecord = await records.NextAsync(cancellationToken);
            if (order >= 0)
                hasRow = await rows.NextAsync(cancellationToken);
        }
        comparison.Close();
    }
}
