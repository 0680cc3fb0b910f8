using CsCheck;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

public sealed class SqlTextTests
{
    [Test]
    public void Holes_take_identifiers_literals_and_other_statements()
    {
        SqlText columns = $"id, name";
        SqlText statement = $"select {columns} from {new Identifier("datasets", "we\"ird")} where note = {new Literal("it's \\ here")}";
        Assert.That(statement.ToString(), Is.EqualTo("""select id, name from "datasets"."we""ird" where note = E'it''s \\ here'"""));
    }

    [Test]
    public async Task Whatever_stands_in_an_identifier_or_a_literal_stays_in_it()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Owner);
        await Gen.Select(Gen.OneOf(Gen.String[Gen.Char["\"'\\;$-ab\n€"], 1, 12], Gen.String[1, 8].Where(IsText)), Gen.String.Where(IsText)).SampleAsync(
            async (name, text) =>
            {
                if (System.Text.Encoding.UTF8.GetByteCount(name) > 63)
                    return;
                var row = await database.FirstOrDefaultAsync($"select {new Literal(text)} as {new Identifier(name)}", [], reader => (reader.GetName(0), reader.GetString(0)), CancellationToken.None);
                Assert.That(row, Is.EqualTo((name, text)));
            },
            iter: 200);
    }

    [Test]
    public void A_name_that_PostgreSQL_cannot_hold_is_refused() =>
        Assert.That(() => new Identifier("a\0b"), Throws.ArgumentException);

    /// <summary>Text that UTF-8 can carry and PostgreSQL can store.</summary>
    static bool IsText(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) == text;
}
