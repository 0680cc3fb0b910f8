using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>
/// The statements that read a dataset's records. A version is alive as of publication P when it was published in P or
/// before, was not replaced until after P, and is no tombstone. Versions in <c>records</c> are not replaced yet; those
/// in <c>history</c> carry the publication that replaced them.
/// </summary>
/// <param name="tables">The dataset's tables.</param>
/// <param name="end">
/// The last publication that may be seen; null for the newest. Every statement then reads the tables as they were when
/// it was the newest.
/// </param>
sealed class RecordReads(DatasetTables tables, int? end)
{
    /// <summary>The records of a dataset without a publication.</summary>
    public static SqlText Nothing => $"select null::text where false";

    /// <summary>A page of the newest publication: after key <c>$1</c>, at most <c>$2</c> records, in the order of keys.</summary>
    public SqlText Page(RowFilter filter) => $"""
        select r.key, r.seq, r.doc from {Records} r
        where r.key > $1 and not r.deleted{filter.Where("r")}
        order by r.key limit $2
        """;

    /// <summary>
    /// The same as of publication <c>$3</c>. Every key that ever was stands in <c>records</c>, so the walk follows that
    /// table's key and looks up only what has changed since: a page costs the same however long the history is.
    /// </summary>
    public SqlText PageAsOf(RowFilter filter) => $"""
        select r.key, v.seq, v.doc from {Records} r
        cross join lateral (
            select r.seq, r.doc where r.publication <= $3 and not r.deleted{filter.Where("r")}
            union all
            select h.seq, h.doc from {History} h
            where r.publication > $3 and h.key = r.key and h.publication <= $3 and h.replaced_in > $3 and not h.deleted{filter.Where("h")}
        ) v
        where r.key > $1
        order by r.key limit $2
        """;

    /// <summary>Every record of the newest publication, in no particular order.</summary>
    public SqlText All(RowFilter filter) =>
        $"select r.doc from {Records} r where not r.deleted{filter.Where("r")}";

    /// <summary>Key and body of every record of the newest publication, in no particular order.</summary>
    public SqlText AllWithKeys(RowFilter filter) =>
        $"select r.key, r.doc from {tables.Records} r where not r.deleted{filter.Where("r")}";

    /// <summary>Key and body of every record as of a publication, in the order of keys.</summary>
    public SqlText AllByKey(RowFilter filter, int publication)
    {
        var p = Number(publication);
        return $"""
            select v.key, v.doc from (
                select r.key, r.doc from {tables.Records} r where r.publication <= {p}::int and not r.deleted{filter.Where("r")}
                union all
                select h.key, h.doc from {tables.History} h where h.publication <= {p}::int and h.replaced_in > {p}::int and not h.deleted{filter.Where("h")}
            ) v order by v.key
            """;
    }

    /// <summary>Every record as of a publication, in no particular order.</summary>
    public SqlText AllAsOf(RowFilter filter, int publication)
    {
        var p = Number(publication);
        return $"""
            select r.doc from {Records} r where r.publication <= {p}::int and not r.deleted{filter.Where("r")}
            union all
            select h.doc from {History} h where h.publication <= {p}::int and h.replaced_in > {p}::int and not h.deleted{filter.Where("h")}
            """;
    }

    /// <summary>
    /// The version of key <c>$1</c> as of publication <c>$2</c>, tombstones included unless there is a filter: who sees
    /// some rows only is not told of the end of others.
    /// </summary>
    public SqlText One(RowFilter filter) => $"""
        select r.publication, r.deleted, r.hash, r.doc from {Records} r where r.key = $1 and r.publication <= $2{filter.Where("r")}
        union all
        select h.publication, h.deleted, h.hash, h.doc from {History} h
        where h.key = $1 and h.publication <= $2 and h.replaced_in > $2{filter.Where("h")}
        """;

    /// <summary>The bytes of every version of key <c>$1</c> that is current now or was at any time after publication <c>$2</c>; null for a tombstone.</summary>
    public SqlText Since => $"""
        select r.doc from {tables.Records} r where r.key = $1
        union all
        select h.doc from {tables.History} h where h.key = $1 and h.replaced_in > $2
        """;

    /// <summary>
    /// Changes after seq <c>$1</c>, at most <c>$2</c>: each key at its latest change. Through a filter, those that meet
    /// it; <see cref="Left"/> tells the rest.
    /// </summary>
    public SqlText Changes(RowFilter filter) => $"{ChangesAfter(filter)} order by r.seq limit $2";

    /// <summary>How many they are, and how many of them are records.</summary>
    public SqlText CountChanges(RowFilter filter) => $"select count(*), count(*) filter (where not c.deleted) from ({ChangesAfter(filter)}) c";

    /// <summary>
    /// Keys that do not meet the filter any more, deleted ones among them, for those who were handed a version that met
    /// it on a walk from seq <c>$2</c> to <c>$1</c>: keys after <c>$3</c>, at most <c>$4</c>, each with the publication
    /// in which it left. In the order of keys: that of changes would tell of those that a key saw after it left.
    /// </summary>
    public SqlText Left(RowFilter filter) => $"{LeftAfter(filter)} and r.key > $3 order by r.key limit $4";

    /// <summary>How many they are.</summary>
    public SqlText CountLeft(RowFilter filter) => $"select count(*) from ({LeftAfter(filter)}) c";

    /// <summary>Every key at its latest change, as of the end.</summary>
    SqlText Records
    {
        get
        {
            if (end is not { } last)
                return $"{tables.Records}";
            return $"""
                (select {tables.Columns} from {tables.Records} where publication <= {Number(last)}
                 union all
                 select {tables.Columns} from {tables.History} where publication <= {Number(last)} and replaced_in > {Number(last)})
                """;
        }
    }

    /// <summary>The versions that were superseded by then.</summary>
    SqlText History
    {
        get
        {
            if (end is not { } last)
                return $"{tables.History}";
            return $"(select {tables.Columns}, replaced_in from {tables.History} where replaced_in <= {Number(last)})";
        }
    }

    SqlText ChangesAfter(RowFilter filter)
    {
        SqlText seen = $"";
        if (!filter.IsNone)
            seen = $" and not r.deleted{filter.Where("r")}";
        return $"select r.key, r.seq, r.publication, r.deleted, r.doc from {Records} r where r.seq > $1{seen}";
    }

    /// <summary>
    /// A client that has read all up to <c>$2</c> has the version that was current there, and on its walk from there to
    /// <c>$1</c> it may have been handed any that came after.
    /// </summary>
    SqlText LeftAfter(RowFilter filter) => $"""
        select r.key,
               (select v.publication from
                  (select h.seq, h.publication from {History} h where h.key = r.key union all select r.seq, r.publication) v
                where v.seq > (select max(h.seq) from {History} h where h.key = r.key and not h.deleted{filter.Where("h")})
                order by v.seq limit 1) as publication
        from {Records} r
        where r.seq > $2 and not coalesce(not r.deleted{filter.Where("r")}, false)
          and exists (
            select from {History} h
            where h.key = r.key and h.seq <= $1 and not h.deleted{filter.Where("h")}
              and h.seq >= (select coalesce(max(n.seq), 0) from {History} n where n.key = r.key and n.seq <= $2))
        """;

    static Literal Number(long value) => new(value.ToString(CultureInfo.InvariantCulture));
}
