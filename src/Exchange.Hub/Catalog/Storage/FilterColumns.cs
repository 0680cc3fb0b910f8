using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>Brings the typed columns of a dataset's tables in line with the filterable fields that it declares.</summary>
public static class FilterColumns
{
    /// <summary>Adds and fills what is newly declared, drops what is not declared any more.</summary>
    /// <param name="connection">In the transaction that changes the dataset's document.</param>
    /// <param name="head">The dataset, locked.</param>
    /// <param name="declared">Pointer and type of each filterable field.</param>
    public static async Task SyncAsync(
        NpgsqlConnection connection, DatasetHead head, IReadOnlyList<(string Pointer, FilterType Type)> declared, CancellationToken cancellationToken)
    {
        var tables = new DatasetTables(head.DatasetId, head.Filters);
        var kept = head.Filters.Where(f => declared.Contains((f.Pointer, f.Type))).ToList();
        foreach (var dropped in head.Filters.Except(kept))
        {
            await connection.ExecuteAsync(
                $"delete from catalog.filter_columns where dataset_id = $1 and pointer = $2", [head.DatasetId, dropped.Pointer], cancellationToken);
            if (head.Storage)
                await connection.ExecuteAsync(tables.DropFilter(dropped), [], cancellationToken);
        }
        var next = head.Filters.Select(f => int.Parse(f.Column.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).Max() + 1;
        foreach (var (pointer, type) in declared.Where(d => kept.All(k => k.Pointer != d.Pointer)))
        {
            var filter = new FilterColumn(pointer, $"f_{next++}", type);
            await connection.ExecuteAsync(
                $"insert into catalog.filter_columns (dataset_id, pointer, column_name, type) values ($1, $2, $3, $4)",
                [head.DatasetId, pointer, filter.Column, type.ToString().ToLowerInvariant()], cancellationToken);
            if (head.Storage)
                await AddAsync(connection, tables, filter, cancellationToken);
        }
    }

    static async Task AddAsync(NpgsqlConnection connection, DatasetTables tables, FilterColumn filter, CancellationToken cancellationToken)
    {
        var path = filter.Pointer.Split('/').Skip(1)
            .Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        await connection.ExecuteAsync(tables.AddFilter(filter), [], cancellationToken);
        await connection.ExecuteAsync(tables.FillFilter(filter, tables.Records), [path], cancellationToken);
        await connection.ExecuteAsync(tables.FillFilter(filter, tables.History), [path], cancellationToken);
        await connection.ExecuteAsync(tables.AddFilterIndex(filter), [], cancellationToken);
    }
}
