using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Exchange.Hub.Delivery.Exports.Parquet;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>Plans exports.</summary>
sealed class ExportPlanner(ExportColumns columns)
{
    /// <summary>Works out what an export will hold.</summary>
    /// <param name="closing">Whether NDJSON ends with a <see cref="ClosingLine"/>.</param>
    public async Task<ExportPlan> PlanAsync(DatasetSnapshot snapshot, Reading reading, RecordQuery query, RecordFormat format, bool closing)
    {
        var isTable = format is RecordFormat.Csv or RecordFormat.Parquet;
        var (schema, shown) = isTable ? await columns.ReadAsync(snapshot, query.AsOf, reading.Access.View, reading.Stop) : ("", []);
        return new ExportPlan(snapshot, query, format, closing, schema, shown, await CountAsync(snapshot, query, reading.Stop));
    }

    /// <summary>The number of records to come, from the same snapshot as they.</summary>
    static async Task<long> CountAsync(DatasetSnapshot snapshot, RecordQuery query, CancellationToken cancellation) =>
        query.Rows.IsNone && query.AsOf == snapshot.Head.Publication ? snapshot.Head.Records
        : await snapshot.Connection.ScalarAsync<long>($"select count(*) from ({ExportPlan.Select(snapshot, query)}) d", [], cancellation);
}

/// <summary>All records of one publication that meet a query, in one form, straight from the database's COPY.</summary>
/// <param name="Columns">Of a tabular form.</param>
/// <param name="Count">How many records there are.</param>
sealed record ExportPlan(
    DatasetSnapshot Snapshot, RecordQuery Query, RecordFormat Format, bool Closing, string Schema, IReadOnlyList<ExportColumn> Columns, long Count)
{
    /// <summary>Writes everything.</summary>
    /// <returns>How many records went.</returns>
    public async Task<long> WriteAsync(ExportSink sink, Reading reading)
    {
        await using var copy = await OpenAsync(reading.Stop);
        using var documents = new CopyDocuments(copy);
        await (Format switch
        {
            RecordFormat.Csv => RecordStream.WriteCsvAsync(documents, sink.Stream, Columns, reading),
            RecordFormat.Parquet => new ParquetRecords(Columns).WriteAsync(documents, sink, reading, About()),
            RecordFormat.Array => RecordStream.WriteArrayAsync(documents, sink.Pipe, reading),
            _ when Closing => WriteClosedAsync(documents, sink, reading),
            _ => RecordStream.WriteNdjsonAsync(documents, sink.Pipe, reading),
        });
        return reading.Records;
    }

    /// <summary>The statement that selects the records.</summary>
    public static SqlText Select(DatasetSnapshot snapshot, RecordQuery query) =>
        !snapshot.Head.Storage ? RecordReads.Nothing
        : query.AsOf == snapshot.Head.Publication ? snapshot.Reads.All(query.Rows)
        : snapshot.Reads.AllAsOf(query.Rows, query.AsOf);

    async Task WriteClosedAsync(CopyDocuments documents, ExportSink sink, Reading reading)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await RecordStream.WriteNdjsonAsync(documents, sink.Pipe, reading, hash);
        if (reading.Records != Count)
            throw new InvalidDataException($"{Count} records were announced and {reading.Records} were sent.");
        sink.Pipe.Write(ClosingLine.Of(Query.AsOf, Count, hash));
        await sink.Pipe.FlushAsync(reading.Stop);
    }

    async Task<Stream> OpenAsync(CancellationToken cancellation)
    {
        SqlText copy = $"copy ({Select(Snapshot, Query)}) to stdout (format binary)";
        return await Snapshot.Connection.BeginRawBinaryCopyAsync(copy.ToString(), cancellation);
    }

    /// <summary>What a Parquet file says of itself.</summary>
    Dictionary<string, string> About() => new()
    {
        ["exchange.dataset"] = Snapshot.Head.Name,
        ["exchange.publication"] = Query.AsOf.ToString(CultureInfo.InvariantCulture),
        ["exchange.schema"] = Schema,
        ["exchange.records"] = Count.ToString(CultureInfo.InvariantCulture),
    };
}
