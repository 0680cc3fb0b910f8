using CsCheck;
using Exchange.Cli;
using Exchange.Cli.Output;

namespace Exchange.Hub.Tests.Cli;

public sealed class TableTests
{
    static readonly Gen<string> CellOf = Gen.OneOf(
        Gen.Char['a', 'z'].Array[0, 60].Select(characters => new string(characters)),
        Gen.Char['\u4e00', '\u9fa5'].Array[0, 40].Select(characters => new string(characters)),
        Gen.Const("line\nbreak\tand \u001b[31mcolour"));

    static string Render(int? width, IReadOnlyList<Column> columns, IEnumerable<string[]> rows)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var table = new TextTable(columns);
        foreach (var row in rows)
            table.Add([.. row.Select(cell => (Cell)cell)]);
        table.WriteTo(new Screen(text, width is { } columnsOfScreen ? new Terminal(columnsOfScreen, Ansi: false) : null, noColour: true));
        return text.ToString();
    }

    [Test]
    public void No_table_is_wider_than_its_screen_and_every_row_stays_a_row()
    {
        var tables = Gen.Select(Gen.Int[20, 120], Gen.Enum<Fit>().Where(fit => fit != Fit.Wrap).Array[1, 9])
            .SelectMany((width, fits) => CellOf.Array[fits.Length].Array[1, 5].Select(rows => (width, fits, rows)));
        tables.Sample(
            table =>
            {
                var lines = Render(table.width, [.. table.fits.Select((fit, i) => new Column($"C{i}", fit))], table.rows).TrimEnd('\n').Split('\n');
                Assert.That(lines.Select(CellText.Width), Has.All.AtMost(table.width));
                var note = lines.TakeWhile(line => !line.StartsWith('…')).Count();
                Assert.That(note, Is.EqualTo(table.rows.Length + 1), "one line for the titles and one for each row");
            },
            iter: 300);
    }

    [Test]
    public void Wide_characters_count_double_so_that_columns_stay_straight()
    {
        var lines = Render(80, [new Column("NAME"), new Column("CITY")], [["福州市红星商店", "x"], ["Acme", "y"]]).TrimEnd('\n').Split('\n');

        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(CellText.Width(lines[1][..lines[1].IndexOf('x')]), Is.EqualTo(lines[2].IndexOf('y')).And.EqualTo(lines[0].IndexOf("CITY", StringComparison.Ordinal)));
    }

    [Test]
    public void In_a_pipe_nothing_is_cut_and_no_line_ends_in_blanks()
    {
        var cell = new string('x', 5000);
        var lines = Render(null, [new Column("A", Fit.Clip), new Column("B", Fit.Wrap)], [[cell, "b " + cell], ["", ""]]).Split('\n');

        Assert.That(lines[1], Is.EqualTo($"{cell}  b {cell}"));
        Assert.That(lines, Has.All.Not.EndsWith(" "));
    }

    [Test]
    public void Columns_that_find_no_room_are_named()
    {
        var columns = Enumerable.Range(0, 9).Select(i => new Column($"column-{i}")).ToList();

        Assert.That(Render(40, columns, [[.. columns.Select(column => column.Title)]]), Does.Contain("… and 5 more: column-4, column-5").And.EndWith("column-8\n"));
    }

    [Test]
    public void Clipped_text_keeps_as_much_as_fits()
    {
        Gen.Select(CellOf, Gen.Int[1, 50]).Sample((text, width) =>
        {
            var clipped = CellText.Clip(CellText.Visible(text), width);
            var whole = CellText.Visible(text);
            Assert.That(CellText.Width(clipped), Is.AtMost(width));
            if (CellText.Width(whole) <= width)
                Assert.That(clipped, Is.EqualTo(whole));
            else
                Assert.That(whole, Does.StartWith(clipped[..^1]));
        });
    }
}
