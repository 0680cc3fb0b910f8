using System.Data.Common;
using System.Net;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>What differs between servers: names, types, merging, loading, and what their errors mean.</summary>
interface ITableDialect
{
    /// <summary>The kind of server.</summary>
    TableServer Server { get; }

    /// <summary>The port that such servers usually have.</summary>
    int UsualPort { get; }

    /// <summary>The schema where none is named; null where there are no schemas.</summary>
    string? UsualSchema { get; }

    /// <summary>A connection that is not open yet, to an address that was judged.</summary>
    DbConnection Connect(TableOptions options, IPAddress address);

    /// <summary>Settings of a session: UTC, strict values, and no endless wait for locks.</summary>
    string Settings { get; }

    /// <summary>A name, quoted.</summary>
    string Quote(string name);

    /// <summary>Whether a name is short enough.</summary>
    bool IsShort(string name);

    /// <summary>The type of a column.</summary>
    string TypeOf(ColumnKind kind);

    /// <summary>The type of the column with the key, compared by bytes.</summary>
    string KeyType { get; }

    /// <summary>Whether a column of this type can hold keys.</summary>
    bool IsKeyType(string type);

    /// <summary>A key as a parameter.</summary>
    object KeyValue(string key);

    /// <summary>How a table is made with a key.</summary>
    string CreateTable(string table, IEnumerable<string> columns, string key);

    /// <summary>How a column is added.</summary>
    string AddColumn(string table, string column, string type);

    /// <summary>How the type of a column is changed.</summary>
    string ChangeColumn(string table, string column, string type);

    /// <summary>
    /// Lists the columns of table <c>@p1</c> in schema <c>@p0</c>: name, type, whether a row does without it (0 or 1),
    /// characters, bytes, digits, places of a number, places of seconds.
    /// </summary>
    string Columns { get; }

    /// <summary>Counts the unique indexes over the key alone, of table <c>@p1</c> in schema <c>@p0</c>.</summary>
    string KeyIndexes { get; }

    /// <summary>What a column of a type holds.</summary>
    TargetColumn Describe(string name, string type, bool mayBeLeftOut, ColumnLimits limits);

    /// <summary>Selects rows and keeps them from others until the transaction ends.</summary>
    string Lock(string columns, string table, string condition);

    /// <summary>Name of the temporary table.</summary>
    string Stage { get; }

    /// <summary>Makes the temporary table with these columns of a table; it is gone with the session.</summary>
    string CreateStage(string table, IReadOnlyList<string> columns);

    /// <summary>Brings what stands in the temporary table into the table: rows that are new, and rows that are other.</summary>
    IEnumerable<string> Merge(string table, IReadOnlyList<BoundColumn> columns);

    /// <summary>Begins to load rows into a table in the transaction.</summary>
    Task<IRowLoad> BeginLoadAsync(DbTransaction transaction, string table, IReadOnlyList<BoundColumn> columns, int batchSize, CancellationToken cancellationToken);

    /// <summary>A column read back as text: moments in ISO 8601.</summary>
    string ReadBack(string column, ColumnKind form);

    /// <summary>The key, in bytes, and how rows are ordered by its bytes.</summary>
    (string Select, string Order) KeyBytes { get; }

    /// <summary>What an error means.</summary>
    TargetFault Explain(DbException error);
}

/// <summary>What an error of a server means.</summary>
/// <param name="Code">For programs.</param>
/// <param name="IsFinal">Whether a person must look first.</param>
/// <param name="Message">What the server says, without values of records.</param>
sealed record TargetFault(string Code, bool IsFinal, string Message);

/// <summary>Rows on their way into a table.</summary>
interface IRowLoad : IAsyncDisposable
{
    /// <summary>Adds one row.</summary>
    /// <returns>True when there is enough to be sent: call <see cref="SendAsync"/>.</returns>
    /// <exception cref="TableValueException">A column cannot hold a value.</exception>
    bool Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> document);

    /// <summary>Sends what was added.</summary>
    ValueTask SendAsync(CancellationToken cancellationToken);

    /// <summary>Sends the rest. Without it nothing counts.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
