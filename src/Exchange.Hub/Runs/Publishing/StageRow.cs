using System.Text;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Sdk;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Writes rows of the stage and changed tables; see <see cref="ChangeTables.Columns"/>.</summary>
sealed class StageRow(IReadOnlyList<FilterColumn> filters)
{
    readonly FilterValues values = new(filters);

    /// <summary>Appends one record.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="pos">Rank in the source; decides which duplicate stands and the order of seqs.</param>
    /// <param name="records">The batch.</param>
    /// <param name="index">Which record.</param>
    /// <param name="raw">The raw row, kept where the key may turn out to be a duplicate; else null.</param>
    public void Write(CopyPage page, long pos, RecordBatch records, int index, string? raw)
    {
        var delete = records.IsDelete(index);
        page.StartRow(ChangeTables.FixedColumns + values.Count);
        page.Int64(pos);
        page.Bytes(records.Key(index));
        if (delete)
        {
            page.Null();
            page.Null();
        }
        else
        {
            page.Hash(records.Hash(index));
            page.Bytes(records.Doc(index));
        }
        page.Boolean(delete);
        WriteOrigin(page, records.SourcePosition(index), raw);
        values.Write(delete ? [] : records.Doc(index), page);
    }

    static void WriteOrigin(CopyPage page, SourcePosition position, string? raw)
    {
        if (raw is null)
        {
            for (var i = 0; i < 4; i++)
                page.Null();
            return;
        }
        page.Int64(position.Row);
        page.Int64(position.ByteOffset);
        if (position.Origin is null)
            page.Null();
        else
            page.Bytes(Encoding.UTF8.GetBytes(position.Origin));
        page.Bytes(Encoding.UTF8.GetBytes(raw));
    }
}
