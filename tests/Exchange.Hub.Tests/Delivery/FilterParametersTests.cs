using CsCheck;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Delivery;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery;

public sealed class FilterParametersTests
{
    static readonly FilterColumn[] Columns =
    [
        new("/status", "f_0", FilterType.Text),
        new("/registeredOn", "f_1", FilterType.Date),
        new("/capital", "f_2", FilterType.Numeric),
        new("/active", "f_3", FilterType.Bool),
        new("/changedAt", "f_4", FilterType.Timestamptz),
        new("/address/city", "f_5", FilterType.Text),
        new("/limit", "f_6", FilterType.Text),
        new("/odd~1name", "f_7", FilterType.Text),
    ];

    [TestCase("status", "active", "status eq active")]
    [TestCase("registeredOn", "2020-01-31", "registeredOn eq 2020-01-31")]
    [TestCase("registeredOn.gte", "2020-01-31", "registeredOn gte 2020-01-31")]
    [TestCase("capital.lt", "-1250.50", "capital lt -1250.50")]
    [TestCase("active", "true", "active eq true")]
    [TestCase("address.city", "上海", "address/city eq 上海")]
    [TestCase("/address/city", "上海", "address/city eq 上海")]
    [TestCase("address.city.gt", "A", "address/city gt A")]
    [TestCase("/limit", "x", "limit eq x")]
    [TestCase("odd/name", "x", "odd~1name eq x")]
    [TestCase("changedAt.gt", "2020-01-31T16:00:00+08:00", "changedAt gt 2020-01-31T08:00:00.000000Z")]
    [TestCase("changedAt.lte", "2020-01-31T08:00:00.1234567Z", "changedAt lte 2020-01-31T08:00:00.123456Z")]
    [TestCase("status", "", "status eq ")]
    public void A_parameter_becomes_a_condition(string name, string value, string expected)
    {
        var (filter, errors) = Parse((name, value));

        Assert.That(errors, Is.Empty);
        Assert.That(filter.Conditions.Select(c => $"{c.Column.Pointer[1..]} {c.Operator} {c.Values.Single()}"), Is.EqualTo(new[] { expected }));
    }

    [TestCase("registeredOn", "2021-02-29")]
    [TestCase("registeredOn", "31.01.2020")]
    [TestCase("registeredOn", "")]
    [TestCase("capital", "1e5")]
    [TestCase("capital", "NaN")]
    [TestCase("capital", "1,5")]
    [TestCase("capital", "")]
    [TestCase("active", "yes")]
    [TestCase("active.gt", "true")]
    [TestCase("changedAt", "2020-01-31T08:00:00")]
    [TestCase("changedAt", "2020-01-31")]
    [TestCase("changedAt", "0001-01-01T00:00:00+14:00")]
    [TestCase("status", "a\0b")]
    public void A_value_of_another_type_is_refused_with_an_example(string name, string value)
    {
        var (_, errors) = Parse((name, value));

        Assert.That(errors, Has.Count.EqualTo(1));
        Assert.That(errors[0].Pointer, Is.EqualTo("?" + name));
        Assert.That(errors[0].Fix, Is.Not.Empty);
    }

    [TestCase("secret")]
    [TestCase("status.like")]
    [TestCase("f_0")]
    [TestCase(".gte")]
    [TestCase("status or 1=1")]
    public void A_field_that_is_not_declared_is_refused_and_the_declared_ones_are_named(string name)
    {
        var (_, errors) = Parse((name, "x"));

        Assert.That(errors.Single().Fix, Does.Contain("status").And.Contain("registeredOn").And.Contain("address.city"));
    }

    [Test]
    public void A_condition_given_twice_is_refused() =>
        Assert.That(Parse(("status", "a"), ("status", "b")).Errors, Has.Count.EqualTo(1));

    [Test]
    public void Two_ends_of_a_range_are_two_conditions() =>
        Assert.That(Parse(("registeredOn.gte", "2020-01-01"), ("registeredOn.lt", "2021-01-01")).Filter.Conditions, Has.Count.EqualTo(2));

    [Test]
    public void Everything_that_is_wrong_is_named_at_once() =>
        Assert.That(Parse(("nothing", "x"), ("capital", "much"), ("status", "ok")).Errors.Select(e => e.Pointer), Is.EqualTo(new[] { "?nothing", "?capital" }));

    [Test]
    public void The_order_of_conditions_does_not_change_the_fingerprint_and_a_value_does()
    {
        var one = Parse(("status", "a"), ("capital.gt", "1")).Filter;
        var same = Parse(("capital.gt", "1"), ("status", "a")).Filter;
        var other = Parse(("capital.gt", "2"), ("status", "a")).Filter;

        Assert.That(one.Fingerprint, Is.EqualTo(same.Fingerprint).And.Not.EqualTo(other.Fingerprint).And.Not.EqualTo(RowFilter.None.Fingerprint));
    }

    [Test]
    public void A_value_cannot_leave_its_quotes() => Gen.String[Gen.OneOf(Gen.Char['!', '~'], Gen.OneOfConst('\'', '\\', ';')), 0, 30].Sample(value =>
    {
        var sql = Parse(("status", value)).Filter.Where("r").ToString();
        var inner = sql[" and \"r\".\"f_0\" = E'".Length..^"'::text collate \"C\"".Length];
        return inner.Replace(@"\\", "", StringComparison.Ordinal).Replace("''", "", StringComparison.Ordinal).IndexOfAny(['\'', '\\']) < 0;
    });

    static (RowFilter Filter, List<FieldError> Errors) Parse(params (string Name, string Value)[] parameters)
    {
        var errors = new List<FieldError>();
        return (FilterParameters.Parse(parameters.Select(p => KeyValuePair.Create(p.Name, p.Value)), Columns, errors), errors);
    }
}
