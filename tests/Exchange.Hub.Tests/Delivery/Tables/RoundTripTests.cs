using System.Net;
using System.Text;
using CsCheck;
using Exchange.Engine.Records;
using Exchange.Hub.Delivery.Tables;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>What is written is what is read back, for every kind of value.</summary>
[TestFixture(false), TestFixture(true)]
public sealed class RoundTripTests(bool isMaria)
{
    static readonly TableColumn[] wanted =
    [
        new("text", "/text", ColumnKind.Text), new("size", "/size", ColumnKind.Integer), new("rate", "/rate", ColumnKind.Number), new("open", "/open", ColumnKind.Boolean),
        new("born", "/born", ColumnKind.Date), new("seen", "/seen", ColumnKind.Instant), new("tags", "/tags", ColumnKind.Json),
    ];

    static readonly Gen<string> document =
        from text in Gen.OneOfConst("\"\"", "\"a \"", "\"限公司🙂\"", "\"q\\\"uo\\\\te\\n\\t'\"", "null")
        from size in Gen.OneOf(Gen.Long.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)), Gen.OneOfConst("0", "-9223372036854775808", "9223372036854775807", "null"))
        from whole in Gen.Int[0, 34].SelectMany(length => Gen.Char['0', '9'].Array[length])
        from places in Gen.Int[0, 30].SelectMany(length => Gen.Char['0', '9'].Array[length])
        from negative in Gen.Bool
        from open in Gen.OneOfConst("true", "false", "null")
        from born in Gen.Int[0, 3652058].Select(day => $"\"{DateOnly.FromDayNumber(day):yyyy-MM-dd}\"")
        from seen in Gen.Long[new DateTime(1000, 1, 1).Ticks / 10, new DateTime(9999, 12, 30).Ticks / 10].Select(micros => $"\"{new DateTime(micros * 10):yyyy-MM-dd'T'HH:mm:ss.ffffff}+01:00\"")
        from tags in Gen.OneOfConst("[]", "[\"a\",1.5,null]", "{\"b\":{\"x\":12345678901234567890.12}}", "null")
        select $$"""{"born":{{born}},"open":{{open}},"rate":{{Canonical($"{(negative ? "-" : "")}0{new string(whole)}.0{new string(places)[..Math.Min(29, places.Length)]}")}},"seen":{{seen}},"size":{{size}},"tags":{{tags}},"text":{{text}}}""";

    [Test]
    public async Task Whatever_a_record_holds_is_read_back_as_it_was()
    {
        var server = await ConsumerServer.SharedAsync(isMaria);
        var options = new TableOptions { Server = isMaria ? TableServer.Mysql : TableServer.Postgres, Host = "127.0.0.1", Port = server.Port, Database = await server.DatabaseAsync(), Table = "kept", User = ConsumerServer.User, Password = ConsumerServer.Password, Tls = TableTls.Disable };
        var dialect = new TableDialects().Of(options.Server);
        await using var target = await TableTarget.OpenAsync(dialect, new OutboundGuard(new HubOptions { OutboundAllow = IPAddress.Loopback.ToString() }), options, CancellationToken.None);
        foreach (var statement in (await target.ShapeAsync(wanted, null, CancellationToken.None)).Statements)
            await target.ExecuteAsync(null, statement, CancellationToken.None);
        var shape = await target.ShapeAsync(wanted, null, CancellationToken.None);
        Assert.That((shape.Statements.Count, shape.Problems, shape.Columns.Count), Is.EqualTo((0, Array.Empty<string>(), 7)));
        await document.Array[500].SampleAsync(documents => CheckAsync(target, shape.Columns, documents), iter: 3, threads: 1);
    }

    static async Task CheckAsync(TableTarget target, IReadOnlyList<BoundColumn> columns, string[] documents)
    {
        await target.ExecuteAsync(null, $"delete from {target.Table}", CancellationToken.None);
        await using var transaction = await target.Connection.BeginTransactionAsync();
        await using (var load = await target.Dialect.BeginLoadAsync(transaction, target.Table, columns, 200, CancellationToken.None))
        {
            foreach (var (index, each) in documents.Index())
            {
                if (load.Add(Key(index), Encoding.UTF8.GetBytes(each)))
                    await load.SendAsync(CancellationToken.None);
            }
            await load.CompleteAsync(CancellationToken.None);
        }
        var expected = new CanonicalRow(columns);
        await using (var rows = await RowSide.OpenAsync(target, transaction, columns, CancellationToken.None))
        {
            foreach (var (index, each) in documents.Index())
            {
                Assert.That(await rows.NextAsync(CancellationToken.None), Is.True);
                expected.Set(Key(index), Encoding.UTF8.GetBytes(each));
                Assert.That(rows.Row.Bytes.SequenceEqual(expected.Bytes), Is.True, () => $"{each}: {string.Join(", ", expected.Differences(rows.Row))}");
            }
            Assert.That(await rows.NextAsync(CancellationToken.None), Is.False);
        }
        await transaction.CommitAsync();
    }

    static byte[] Key(int index) => Encoding.UTF8.GetBytes($"é{index:00000} ");

    static string Canonical(string number)
    {
        var output = new JsonBuffer();
        CanonicalNumber.TryWrite(Encoding.ASCII.GetBytes(number), output);
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
