using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Catalog;

public sealed class RowFilterTests
{
    static readonly FilterColumn[] Columns =
    [
        new("/status", "f_0", FilterType.Text),
        new("/registeredOn", "f_1", FilterType.Date),
        new("/active", "f_2", FilterType.Bool),
    ];

    [Test]
    public void Conditions_of_a_document_become_SQL_over_the_typed_columns()
    {
        var (filter, errors) = Compile(("/status", "in", ["active", "it's"]), ("/registeredOn", "gte", ["2020-01-01"]), ("/active", "eq", ["true"]));

        Assert.That(errors, Is.Empty);
        Assert.That(filter.Where("r").ToString(), Is.EqualTo(
            """ and "r"."f_0" in (E'active'::text collate "C", E'it''s'::text collate "C") and "r"."f_1" >= E'2020-01-01'::date and "r"."f_2" = E'true'::boolean"""));
    }

    [Test]
    public void Everything_that_will_not_do_is_named_with_its_place_and_what_would_do()
    {
        var (_, errors) = Compile(
            ("status", "eq", ["a"]), ("/name", "eq", ["a"]), ("/status", "like", ["a"]), ("/active", "gt", ["true"]),
            ("/status", "eq", ["a", "b"]), ("/status", "in", []), ("/registeredOn", "in", ["2020-01-01", "soon"]));

        Assert.That(errors.Select(e => e.Pointer), Is.EqualTo(new[] { "/rows/0/field", "/rows/1/field", "/rows/2", "/rows/3", "/rows/4", "/rows/5", "/rows/6" }));
        Assert.That(errors.Select(e => e.Fix), Has.All.Not.Empty);
    }

    [Test]
    public void Values_do_not_run_together_in_the_fingerprint() =>
        Assert.That(Compile(("/status", "in", ["a b"])).Filter.Fingerprint, Is.Not.EqualTo(Compile(("/status", "in", ["a", "b"])).Filter.Fingerprint));

    [Test]
    public void Two_filters_at_once_ask_for_the_conditions_of_both()
    {
        var one = Compile(("/status", "eq", ["a"])).Filter;
        var other = Compile(("/active", "eq", ["false"])).Filter;

        Assert.That(one.And(other).Where("r").ToString(), Is.EqualTo(one.Where("r").ToString() + other.Where("r")));
        Assert.That((one.And(RowFilter.None), RowFilter.None.And(one)), Is.EqualTo((one, one)));
    }

    static (RowFilter Filter, List<FieldError> Errors) Compile(params (string, string, IReadOnlyList<string>)[] conditions)
    {
        var errors = new List<FieldError>();
        return (RowFilter.Compile(conditions, Columns, errors), errors);
    }
}
