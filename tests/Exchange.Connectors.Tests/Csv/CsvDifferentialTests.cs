using System.Text;
using CsCheck;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class CsvDifferentialTests
{
    [Test]
    public async Task What_was_written_is_read_back_with_true_offsets_in_every_encoding() =>
        await (from table in RenderedTable.Gen(maxRows: 30)
               from chunks in Gen.Int[1, 40].Array[1, 9]
               select (table, chunks)).SampleAsync(async drawn => await AssertReadBack(drawn.table, drawn.chunks), iter: 1500);

    [Test]
    public async Task A_file_of_several_windows_is_read_back_too() =>
        await (from table in RenderedTable.Gen(maxRows: 30).Where(table => table.Rows.Length > 5 && table.Encoding is not "ibm037")
               select table).SampleAsync(async table => await AssertReadBack(Repeated(table, 1_500_000), [70_000]), iter: 12);

    [Test]
    public async Task Damaged_bytes_never_break_the_reader_and_read_the_same_in_whatever_pieces_they_come() =>
        await (from table in RenderedTable.Gen(maxRows: 12)
               from damage in Gen.Select(Gen.Int[0, 100_000], Gen.OneOf(Gen.Byte, Gen.OneOfConst((byte)'"', (byte)'\n', (byte)0, (byte)0xFF))).Array[1, 6]
               from chunks in Gen.Int[1, 40].Array[1, 9]
               select (table, damage, chunks)).SampleAsync(async drawn =>
               {
                   foreach (var (place, value) in drawn.damage.Where(_ => drawn.table.Bytes.Length > 0))
                       drawn.table.Bytes[place % drawn.table.Bytes.Length] = value;
                   var whole = await Outcome(drawn.table, [int.MaxValue], rowLimit: 1000);
                   var pieces = await Outcome(drawn.table, drawn.chunks, rowLimit: 3);
                   Assert.That(pieces.Order(), Is.EqualTo(whole.Order()));
                   Assert.That(whole.Where(line => line.StartsWith('[') && line.Contains('\uFFFD')), Is.Empty, $"bytes that are no text were replaced in silence: {drawn.table.Encoding} {Convert.ToHexString(drawn.table.Bytes)}");
               }, iter: 1500);

    static async Task AssertReadBack(RenderedTable table, int[] chunks)
    {
        var source = Source(table, chunks);
        await using var reader = await source.Connector.OpenAsync(new ReadRequest(FileConnector.StreamName), source.Context, CancellationToken.None);
        var (batch, rows, offsets) = (new Batch(rowLimit: 500), new List<string[]>(), new List<long>());
        for (ReadEnd? end = null; end is null;)
        {
            end = await reader.ReadAsync(batch, CancellationToken.None);
            Assert.That(batch.Rejects, Is.Empty);
            for (var row = 0; row < batch.RowCount; row++)
            {
                rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => Encoding.UTF8.GetString(batch.Utf8(row, column)))]);
                offsets.Add(batch.Position(row).ByteOffset);
            }
        }
        Assert.That(reader.Columns.Select(column => column.Name), Is.EqualTo(table.Columns));
        Assert.That(rows, Is.EqualTo(table.Rows));
        Assert.That(offsets, Is.EqualTo(table.Offsets));
    }

    static async Task<IReadOnlyList<string>> Outcome(RenderedTable table, int[] chunks, int rowLimit)
    {
        try
        {
            return (await Reading.OfAsync(Source(table, chunks), new ReadRequest(FileConnector.StreamName), rowLimit)).Lines;
        }
        catch (ConnectorException error)
        {
            return [$"{error.Kind}: {error.Message}"];
        }
    }

    static ConfiguredSource Source(RenderedTable table, int[] chunks) =>
        new MemoryStore().Add("t.csv", () => new ChunkedStream(table.Bytes, chunks), table.Bytes.Length).Csv($$"""{ "encoding": "{{table.Encoding}}", "separator": "," }""");

    static RenderedTable Repeated(RenderedTable table, int bytes)
    {
        var head = (int)table.Offsets[0];
        var body = table.Bytes.AsSpan(head).ToArray();
        if (!EndsWithLineBreak(table))
            return table;
        var times = bytes / body.Length;
        return table with
        {
            Bytes = [.. table.Bytes.Take(head), .. Enumerable.Repeat(body, times).SelectMany(part => part)],
            Rows = [.. Enumerable.Repeat(table.Rows, times).SelectMany(rows => rows)],
            Offsets = [.. Enumerable.Range(0, times).SelectMany(time => table.Offsets.Select(offset => offset + ((long)time * body.Length)))],
        };
    }

    // The line break before the first row stands behind the last one too, or it does not.
    static bool EndsWithLineBreak(RenderedTable table)
    {
        var unit = table.Encoding.StartsWith("utf-16", StringComparison.Ordinal) ? 2 : table.Encoding == "utf-32le" ? 4 : 1;
        return table.Bytes.AsSpan(^unit..).SequenceEqual(table.Bytes.AsSpan((int)table.Offsets[0] - unit, unit));
    }
}
