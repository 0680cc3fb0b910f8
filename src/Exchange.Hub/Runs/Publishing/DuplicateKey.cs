using Exchange.Engine.Records;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>The reject of a row whose key the same run has already seen: the first row stands, later ones are refused.</summary>
static class DuplicateKey
{
    public const string Code = "duplicate-key";

    public static RecordReject Reject(string key, SourcePosition position, string raw) => new(
        Code,
        null,
        $"The key {key} came up earlier in the same read; the first row was taken. Make the key unique in the source, or add a field to the key.",
        position,
        raw);

    /// <summary>Reads one back from the columns key, row_number, byte_offset, origin, raw.</summary>
    public static RecordReject Read(NpgsqlDataReader row) => Reject(
        row.GetString(0),
        new SourcePosition(row.IsDBNull(3) ? null : row.GetString(3), row.GetInt64(1), row.GetInt64(2)),
        row.GetString(4));
}
