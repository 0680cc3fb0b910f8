using Exchange.Engine.Records;
using Exchange.Hub.Delivery.Tables;

namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>What can be told of the servers without one; SQL Server's is shown by this alone.</summary>
public sealed class TableDialectTests
{
    static readonly TableColumn[] wanted =
    [
        new("id", "/id", ColumnKind.Text), new("size", "/size", ColumnKind.Integer), new("rate", "/rate", ColumnKind.Number), new("open", "/open", ColumnKind.Boolean),
        new("born", "/born", ColumnKind.Date), new("seen.at", "/seen/at", ColumnKind.Instant), new("tags", "/tags", ColumnKind.Json),
    ];

    static readonly SqlServerDialect sqlServer = new();

    [Test]
    public void SQL_Server_is_asked_for_a_table_of_exact_types() => Assert.That(
        TableShape.Of(sqlServer, "[dbo].[kept]", wanted, [], false).Statements.Single(),
        Is.EqualTo("if object_id(N'[dbo].[kept]') is null create table [dbo].[kept] ([_key] varbinary(1024) not null, [id] nvarchar(max), [size] bigint, [rate] decimal(38,10), [open] bit, [born] date, [seen.at] datetimeoffset(7), [tags] nvarchar(max), primary key nonclustered ([_key]))"));

    [Test]
    public void SQL_Server_merges_by_an_update_and_an_insert() => Assert.That(
        sqlServer.Merge("[dbo].[kept]", [new BoundColumn("id", "/id", ColumnKind.Text, "nvarchar", new ColumnLimits())]),
        Is.EqualTo(new[]
        {
            "update t set t.[id] = s.[id] from [dbo].[kept] t join #exchange_stage s on t.[_key] = s.[_key]",
            "insert into [dbo].[kept] ([_key], [id]) select s.[_key], s.[id] from #exchange_stage s where not exists (select 1 from [dbo].[kept] t where t.[_key] = s.[_key])",
        }));

    [Test]
    public void SQL_Server_is_reached_at_the_judged_address_and_known_by_its_name()
    {
        var options = new TableOptions { Server = TableServer.Sqlserver, Host = "db.example", Database = "d;Encrypt=false", User = "u", Password = "p;Trust Server Certificate=true", Table = "kept" };
        using var connection = sqlServer.Connect(options, System.Net.IPAddress.Parse("192.0.2.7"));
        var read = new Microsoft.Data.SqlClient.SqlConnectionStringBuilder(connection.ConnectionString);
        Assert.That((read.DataSource, read.HostNameInCertificate, read.TrustServerCertificate, read.InitialCatalog), Is.EqualTo(("tcp:192.0.2.7,1433", "db.example", false, "d;Encrypt=false")));
        Assert.That(read.Encrypt, Is.EqualTo(Microsoft.Data.SqlClient.SqlConnectionEncryptOption.Mandatory));
    }

    [Test]
    public void SQL_Servers_bulk_insert_takes_decimals_of_38_digits() =>
        Assert.That(SqlServerLoad.ValueOf(ColumnKind.Number, "1234567890123456789012345678.0123456789").ToString(), Is.EqualTo("1234567890123456789012345678.0123456789"));

    [TestCase(TableServer.Postgres, "a\"b", "\"a\"\"b\"")]
    [TestCase(TableServer.Mysql, "a`b", "`a``b`")]
    [TestCase(TableServer.Sqlserver, "a]b", "[a]]b]")]
    public void A_name_is_quoted_whatever_it_holds(TableServer server, string name, string quoted) => Assert.That(new TableDialects().Of(server).Quote(name), Is.EqualTo(quoted));

    [Test]
    public void What_a_table_lacks_or_has_otherwise_is_told_with_the_statement_to_run()
    {
        var dialect = new PostgreSqlDialect();
        TargetColumn[] found =
        [
            dialect.Describe("_key", "text", false, new ColumnLimits()), dialect.Describe("id", "varchar", true, new ColumnLimits(Characters: 20)), dialect.Describe("size", "text", true, new ColumnLimits()),
            dialect.Describe("rate", "float8", true, new ColumnLimits()), dialect.Describe("born", "date", true, new ColumnLimits()), dialect.Describe("seen.at", "timestamp", true, new ColumnLimits()),
            dialect.Describe("tags", "json", true, new ColumnLimits()), dialect.Describe("remark", "text", true, new ColumnLimits()), dialect.Describe("must", "text", false, new ColumnLimits()),
        ];
        var shape = TableShape.Of(dialect, "\"kept\"", wanted, found, isKeyed: false);
        Assert.That(shape.Statements, Is.EqualTo(new[] { "alter table \"kept\" add column \"open\" boolean" }));
        Assert.That(shape.Problems, Is.EqualTo(new[]
        {
            "Column _key is not unique by itself. Run: alter table \"kept\" add primary key (\"_key\");",
            "Column rate is float8, which does not hold exact decimals. Run: alter table \"kept\" alter column \"rate\" type numeric using \"rate\"::numeric;",
            "Column seen.at is timestamp, which does not hold moments. Run: alter table \"kept\" alter column \"seen.at\" type timestamptz using \"seen.at\"::timestamptz;",
            "Column must is not one of the hub's and demands a value. Give it a default, or let it be null.",
        }));
        Assert.That(shape.Columns.Select(column => (column.Name, column.Form)), Does.Contain(("size", ColumnKind.Text)), "a text takes everything as it is written");
    }

    [Test]
    public void Names_that_are_too_long_or_differ_in_capitals_only_are_told()
    {
        var shape = TableShape.Of(new PostgreSqlDialect(), "t", [new("Name", "/Name", ColumnKind.Text), new("name", "/name", ColumnKind.Text), new(new string('n', 64), "/n", ColumnKind.Text)], [], false);
        Assert.That(shape.Problems, Has.Count.EqualTo(2));
        Assert.That(shape.Problems, Has.Some.Contains("longer than").And.Some.Contains("Name and name"));
    }

    [TestCase(nameof(ColumnKind.Number), "1.25", 4, 1)]
    [TestCase(nameof(ColumnKind.Number), "1000", 4, 1)]
    [TestCase(nameof(ColumnKind.Number), "\"1\"", 4, 1)]
    [TestCase(nameof(ColumnKind.Integer), "40000", null, null)]
    [TestCase(nameof(ColumnKind.Integer), "1.5", null, null)]
    [TestCase(nameof(ColumnKind.Boolean), "1", null, null)]
    [TestCase(nameof(ColumnKind.Date), "\"2023-02-29\"", null, null)]
    [TestCase(nameof(ColumnKind.Instant), "\"2020-01-01T00:00:00.0000001Z\"", null, 6)]
    [TestCase(nameof(ColumnKind.Instant), "\"2020-01-01\"", null, 6)]
    [TestCase(nameof(ColumnKind.Text), "\"abcd\"", null, null)]
    public void A_value_that_a_column_would_round_cut_or_refuse_is_an_error(string form, string value, int? digits, int? places)
    {
        var column = new BoundColumn("c", "/c", Enum.Parse<ColumnKind>(form), "type", new ColumnLimits(Characters: 3, Bits: 16, Digits: digits, Places: places));
        Assert.Throws<TableValueException>(() => Read(column, value));
    }

    [TestCase("2020-01-31T23:59:59.123456+08:00", "2020-01-31T15:59:59.123456Z")]
    [TestCase("2020-01-31t23:59:59z", "2020-01-31T23:59:59Z")]
    [TestCase("2020-01-31T00:00:00.500000000-00:30", "2020-01-31T00:30:00.5Z")]
    public void A_moment_is_kept_in_UTC(string text, string expected)
    {
        var value = Read(new BoundColumn("c", "/c", ColumnKind.Instant, "timestamptz", new ColumnLimits(Places: 6)), $"\"{text}\"");
        Assert.That(TableValues.Spell((DateTime)value!), Is.EqualTo(expected));
    }

    static object? Read(BoundColumn column, string value)
    {
        var document = System.Text.Encoding.UTF8.GetBytes($$"""{"c":{{value}}}""");
        var scratch = Array.Empty<byte>();
        return TableValues.Read(column, new FieldReader(["/c"]).Read(document)[0], document, ref scratch);
    }
}
