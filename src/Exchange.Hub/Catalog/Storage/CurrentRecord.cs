using System.Text;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>One record of a dataset as the newest publication has it.</summary>
public static class CurrentRecord
{
    /// <summary>The stored bytes; null when there is no such record, or the rows that may be seen leave it out.</summary>
    public static async Task<byte[]?> FindAsync(NpgsqlConnection connection, DatasetHead head, string key, RowFilter rows, CancellationToken cancellationToken)
    {
        if (!head.Storage)
            return null;
        var tables = new DatasetTables(head.DatasetId, head.Filters);
        var doc = await connection.ScalarAsync<string>(
            $"select r.doc from {tables.Records} r where r.key = $1 and not r.deleted{rows.Where("r")}", [key], cancellationToken);
        return doc is null ? null : Encoding.UTF8.GetBytes(doc);
    }
}
