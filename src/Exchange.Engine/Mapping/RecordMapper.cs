using System.Text;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>Turns batches of rows into batches of records. Keeps scratch space between calls; not thread-safe.</summary>
public sealed class RecordMapper
{
    /// <summary>Bytes of one record at most.</summary>
    public const int RecordByteLimit = 16 * 1024 * 1024;

    readonly MappingProgram program;
    readonly long seed;
    readonly Row row;
    readonly SchemaValidator? validator;
    readonly List<SchemaError> errors = [];
    readonly RawRow raw;

    internal RecordMapper(MappingProgram program, long seed, DateOnly today)
    {
        this.program = program;
        this.seed = seed;
        row = new Row(today);
        raw = new RawRow(program.Columns);
        validator = program.IsFused ? null : program.Schema.CreateValidator();
    }

    /// <summary>Replaces what stands in <paramref name="output"/> by what becomes of <paramref name="input"/>.</summary>
    /// <param name="input">Rows.</param>
    /// <param name="output">Records.</param>
    /// <param name="known">True for each row that is left out, because what becomes of it is known; empty to map all.</param>
    /// <exception cref="InvalidOperationException">The batch has other columns than the mapping was compiled for.</exception>
    public void Map(Batch input, RecordBatch output, ReadOnlySpan<bool> known = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        output.Clear();
        CheckColumns(input);
        output.Read = input.RowCount + input.Rejects.Count;
        foreach (var reject in input.Rejects)
            output.Reject(new RecordReject(reject.Code, null, reject.Message, reject.Position, RawRow.TextOf(reject.Raw)));
        for (var i = 0; i < input.RowCount; i++)
        {
            if (!known.IsEmpty && known[i])
                output.Known++;
            else
                Map(input, i, output);
        }
    }

    /// <summary>The key of one row of a batch, which must be one that becomes a record.</summary>
    /// <returns>UTF-8, valid until <paramref name="scratch"/> is used again.</returns>
    public ReadOnlySpan<byte> KeyOf(Batch input, int index, RecordBatch scratch)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(scratch);
        scratch.Clear();
        CheckColumns(input);
        Map(input, index, scratch);
        return scratch.Count == 1 ? scratch.Key(0) : throw new InvalidOperationException("The row does not become a record.");
    }

    void CheckColumns(Batch input)
    {
        if (input.RowCount > 0 && input.ColumnCount != program.Columns.Count)
            throw new InvalidOperationException($"The batch has {input.ColumnCount} columns, the mapping was compiled for {program.Columns.Count}.");
    }

    void Map(Batch input, int index, RecordBatch output)
    {
        row.MoveTo(input, index);
        if (input.IsDelete(index))
            MapTombstone(output);
        else
            MapRow(output);
    }

    void MapTombstone(RecordBatch output)
    {
        var start = output.Position;
        WriteKey(output.Bytes);
        if (row.Faults.Count > 0)
            Reject(output, start);
        else
            output.Accept(start, output.Position, default, row.Index, row.Batch.Position(row.Index), delete: true);
    }

    void MapRow(RecordBatch output)
    {
        if (program.Filter is { } filter)
        {
            var kept = filter.Evaluate(row);
            if (!kept.IsTrue && !kept.IsFault)
            {
                output.Filtered++;
                return;
            }
        }
        foreach (var rejection in program.Rejections)
        {
            if (rejection.When.Evaluate(row).IsTrue)
                row.Fail(rejection.Code, rejection.Message);
        }
        var start = output.Position;
        WriteKey(output.Bytes);
        var docStart = output.Position;
        program.Record.Write(row, output.Bytes);
        var record = output.Slice(docStart, output.Position);
        if (record.Length > RecordByteLimit)
            row.Fail(RejectCode.RecordTooLarge, $"The record has {record.Length} bytes; {RecordByteLimit} are allowed.");
        if (row.Faults.Count == 0 && validator is not null && !validator.IsValid(record))
            Explain(record);
        if (row.Faults.Count > 0)
            Reject(output, start);
        else
            output.Accept(start, docStart, ContentHash.Of(record, seed), row.Index, row.Batch.Position(row.Index));
    }

    void WriteKey(JsonBuffer bytes)
    {
        var start = bytes.Length;
        for (var i = 0; i < program.Key.Count; i++)
        {
            if (i > 0)
                bytes.Write((byte)'|');
            WriteKeyPart(program.Key[i], bytes);
        }
        if (bytes.Length - start > RecordKey.ByteLimit)
            row.Faults.Add(new FieldFault(RejectCode.KeyTooLong, program.Key[0].Pointer, $"The key has {bytes.Length - start} bytes; {RecordKey.ByteLimit} are allowed."));
    }

    void WriteKeyPart(KeyPart part, JsonBuffer bytes)
    {
        var faults = row.Faults.Count;
        var value = part.Term.Evaluate(row);
        row.Blame(faults, part.Pointer);
        if (value.IsFault)
            return;
        if (value.Utf8.IsEmpty)
            row.Faults.Add(new FieldFault(RejectCode.MissingKey, part.Pointer, "The record has no key, because this field has no value."));
        else if (program.Key.Count == 1)
            bytes.Write(value.Utf8);
        else
            RecordKey.WritePart(value.Utf8, bytes);
    }

    void Explain(ReadOnlySpan<byte> record)
    {
        errors.Clear();
        validator!.Validate(record, errors);
        foreach (var error in errors)
            row.Faults.Add(new FieldFault($"schema-{error.Keyword}", error.InstancePointer, $"The value {error.Message}."));
    }

    /// <summary>One reject for all that is wrong with the row; its code and field are those of the first fault.</summary>
    void Reject(RecordBatch output, int start)
    {
        output.Bytes.Truncate(start);
        var faults = row.Faults.Distinct().ToList();
        var message = new StringBuilder();
        foreach (var fault in faults)
        {
            if (message.Length > 0)
                message.Append(' ');
            if (fault.Pointer is { Length: > 0 })
                message.Append(fault.Pointer).Append(": ");
            message.Append(fault.Message);
        }
        output.Reject(new RecordReject(faults[0].Code, faults[0].Pointer, message.ToString(), row.Batch.Position(row.Index), raw.Of(row.Batch, row.Index)));
    }
}
