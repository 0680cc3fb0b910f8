using CsCheck;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Tests.Records;

public sealed class RowFingerprintTests
{
    static readonly Gen<(ValueKind Kind, string Text)[]> row =
        Gen.Select(Gen.OneOfConst(ValueKind.Text, ValueKind.Integer, ValueKind.Null), Gen.OneOfConst("", "1", "11", "111")).Array[3]
            .Select(cells => Array.ConvertAll(cells, cell => cell.Item1 == ValueKind.Null ? (cell.Item1, "") : cell));

    [Test]
    public void Rows_have_one_fingerprint_exactly_when_all_their_cells_are_equal() =>
        Gen.Select(row, row).Sample((a, b) =>
        {
            var batch = new Batch();
            batch.Clear(3);
            foreach (var cells in new[] { a, b })
            {
                foreach (var (kind, text) in cells)
                    batch.AddUtf16(kind, text);
                batch.EndRow(1);
            }
            var fingerprint = new RowFingerprint(7);
            Assert.That(fingerprint.Of(batch, 0) == fingerprint.Of(batch, 1), Is.EqualTo(a.SequenceEqual(b)));
        });
}
