using System.Globalization;
using System.Text;
using CsCheck;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs.Publishing;
using Npgsql;

namespace Exchange.Hub.Tests.Runs.Publishing;

public sealed class CopyPageTests
{
    [Test]
    public async Task PostgreSQL_reads_every_type_as_it_was_written()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Owner);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync($"create table t (n numeric, d date, i timestamptz, b boolean, h bytea, x text)", [], CancellationToken.None);
        var numbers = NumberGen.Array[200].Single();
        await using (var writer = await CopyWriter.OpenAsync(connection, $"copy t from stdin (format binary)", CancellationToken.None))
        {
            foreach (var number in numbers)
            {
                writer.Page.StartRow(6);
                writer.Page.Numeric(Encoding.ASCII.GetBytes(number));
                writer.Page.Date(new DateOnly(1899, 12, 31));
                writer.Page.Instant(new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.FromHours(8)));
                writer.Page.Boolean(true);
                writer.Page.Hash(new UInt128(1, 2));
                writer.Page.Null();
                await writer.SendIfFullAsync(CancellationToken.None);
            }
            await writer.CompleteAsync(CancellationToken.None);
        }
        var rows = await connection.QueryAsync($"select n::text, d, i, b, h, x from t", [],
            r => (Number: r.GetString(0), Date: r.GetFieldValue<DateOnly>(1), Instant: r.GetFieldValue<DateTimeOffset>(2), Flag: r.GetBoolean(3), Hash: r.GetFieldValue<byte[]>(4), Text: r.Maybe<string>(5)),
            CancellationToken.None);
        Assert.That(rows.Select(r => r.Number), Is.EqualTo(numbers));
        Assert.That(rows[0].Date, Is.EqualTo(new DateOnly(1899, 12, 31)));
        Assert.That(rows[0].Instant, Is.EqualTo(new DateTimeOffset(2024, 2, 29, 15, 59, 59, TimeSpan.Zero)));
        Assert.That(rows[0].Flag, Is.True);
        Assert.That(Convert.ToHexString(rows[0].Hash), Is.EqualTo("0000000000000001" + "0000000000000002"));
        Assert.That(rows[0].Text, Is.Null);
    }

    /// <summary>Canonical decimals of up to sixty digits.</summary>
    static Gen<string> NumberGen => Gen.Select(Gen.Bool, Digits, Gen.Bool, Digits).Select((negative, whole, hasFraction, fraction) =>
    {
        var digits = whole.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
        var text = hasFraction ? digits + "." + fraction : digits;
        return negative && text.Any(c => c is >= '1' and <= '9') ? "-" + text : text;
    });

    static Gen<string> Digits => Gen.Int[0, 9].Array[1, 30].Select(d => string.Concat(d.Select(i => i.ToString(CultureInfo.InvariantCulture))));

    [Test]
    public async Task A_copy_that_PostgreSQL_refuses_tells_why_and_leaves_the_connection_usable()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Owner);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync($"create table t (x text)", [], CancellationToken.None);
        await Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var writer = await CopyWriter.OpenAsync(connection, $"copy t from stdin (format binary)", CancellationToken.None);
            writer.Page.StartRow(1);
            writer.Page.Bytes([0xff, 0xfe]);
            await writer.CompleteAsync(CancellationToken.None);
        });
        Assert.That(await connection.ScalarAsync<long>($"select count(*) from t", [], CancellationToken.None), Is.Zero);
    }
}
