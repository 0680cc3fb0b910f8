using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Access;

/// <summary>A grant as the index holds it: with what is worked out once and used by every request.</summary>
sealed class GrantEntry(Grant grant, CancellationTokenSource ended)
{
    RecordView? view;
    CompiledRows? compiled;

    /// <summary>The grant.</summary>
    public Grant Grant => grant;

    /// <summary>Fires when what it allowed at this version is over before its time.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>What it shows of a record.</summary>
    public RecordView ViewWith(SharingKeys keys) => view ??= RecordView.Of(
        grant.Terms.Fields,
        grant.Terms.Masks.ToDictionary(mask => mask.Key, mask => FieldMaskOf(mask.Value)),
        keys.MaskKeyOf(grant.Consumer));

    /// <summary>Its row filter over the dataset's filterable fields; null when one of the fields that it names is none of them any more.</summary>
    public RowFilter? RowsOver(IReadOnlyList<FilterColumn> columns)
    {
        if (compiled is { } known && known.Columns.SequenceEqual(columns))
            return known.Rows;
        var errors = new List<FieldError>();
        var rows = RowFilter.Compile([.. grant.Terms.Rows.Select(row => (row.Field, row.Op, row.Values))], columns, errors);
        if (errors.Count > 0)
            return null;
        compiled = new CompiledRows(columns, rows);
        return rows;
    }

    /// <summary>Ends whatever still reads under it.</summary>
    public void Cancel() => ended.Cancel();

    /// <summary>The entry for a newer state of the grant: streams go on where nothing was taken from them.</summary>
    public GrantEntry Become(Grant newer)
    {
        if (newer.State == GrantState.Active && grant.State == GrantState.Active && !TakesFrom(grant.Terms, newer.Terms))
            return new GrantEntry(newer, ended);
        ended.Cancel();
        return new GrantEntry(newer, new CancellationTokenSource());
    }

    /// <summary>Whether terms differ from those before in anything but a later end or another quota.</summary>
    static bool TakesFrom(Terms before, Terms now) =>
        now.Until < before.Until || now.From > before.From
        || !before.Fields.SequenceEqual(now.Fields)
        || !before.Masks.OrderBy(m => m.Key, StringComparer.Ordinal).SequenceEqual(now.Masks.OrderBy(m => m.Key, StringComparer.Ordinal))
        || !before.Modes.SequenceEqual(now.Modes)
        || before.Rows.Count != now.Rows.Count
        || before.Rows.Zip(now.Rows).Any(row => row.First.Field != row.Second.Field || row.First.Op != row.Second.Op || !row.First.Values.SequenceEqual(row.Second.Values));

    static FieldMask FieldMaskOf(Mask mask) => mask switch
    {
        Mask.Redact => FieldMask.Redact,
        Mask.Last4 => FieldMask.Last4,
        Mask.Year => FieldMask.Year,
        _ => FieldMask.Hash,
    };

    /// <summary>In one object, so that another thread sees both or neither.</summary>
    sealed record CompiledRows(IReadOnlyList<FilterColumn> Columns, RowFilter Rows);
}
