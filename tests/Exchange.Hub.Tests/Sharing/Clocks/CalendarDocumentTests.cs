using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;

namespace Exchange.Hub.Tests.Sharing.Clocks;

/// <summary>What people send about days and lengths, and what of it will not do.</summary>
public sealed class CalendarDocumentTests
{
    [TestCase("day,kind,name\n2026-10-01,holiday,x", "/1")]
    [TestCase("date,kind,name\n01.10.2026,holiday,x", "/2/date")]
    [TestCase("date,kind,name\n2026-10-01,holiday,x\n2026-10-02,feast,x", "/3/kind")]
    [TestCase("date,kind,name\n2026-10-01,holiday", "/2")]
    [TestCase("date,kind,name\n2026-10-01,holiday,x\n2026-10-01,workday,x", "")]
    [TestCase("date,kind,name\n", "")]
    [TestCase("", "/1")]
    public void What_is_wrong_with_a_file_is_said_with_its_line(string csv, string pointer) =>
        Assert.That(Refused(() => CalendarImport.Read(Encoding.UTF8.GetBytes(csv), "text/csv; charset=utf-8")), Is.EqualTo(new[] { pointer }));

    [TestCase("""[{"date":"2026-10-01","kind":"feast","name":"x"}]""", "/0/kind")]
    [TestCase("""[{"date":"2026-10-01","name":"x"}]""", "/0/kind")]
    [TestCase("[]", "")]
    public void What_is_wrong_with_JSON_is_said_with_its_place(string json, string pointer) =>
        Assert.That(Refused(() => CalendarImport.Read(Encoding.UTF8.GetBytes(json), "application/json")), Is.EqualTo(new[] { pointer }));

    [TestCase("""{"timeZone":"Mars/Olympus"}""", "/timeZone")]
    [TestCase("""{"timeZone":"UTC","weekend":["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]}""", "/weekend")]
    [TestCase("""{"timeZone":"UTC","holidays":[{"date":"2026-10-01","name":"a"},{"date":"2026-10-01","name":"b"}]}""", "/holidays/1/date")]
    [TestCase("""{"timeZone":"UTC","holidays":[{"date":"2026-10-01","name":"a"}],"workdays":[{"date":"2026-10-01","name":"b"}]}""", "/workdays/0/date")]
    [TestCase("""{"timeZone":"UTC","holidays":[{"date":"2026-10-01","name":" "}]}""", "/holidays/0/name")]
    public void A_calendar_that_no_clock_could_run_by_is_refused(string calendar, string pointer) =>
        Assert.That(Refused(JsonSerializer.Deserialize<CalendarDefinition>(calendar, ApiJson.Options)!.Check), Is.EqualTo(new[] { pointer }));

    [Test]
    public void Lengths_that_no_clock_could_run_are_refused_all_at_once() =>
        Assert.That(
            Refused(new ClockRules { PreCheck = new(0), Delivery = new(2, RemindBefore: 2), Correction = new(10, Extension: -1) }.Check),
            Is.EqualTo(new[] { "/preCheck/days", "/delivery/remindBefore", "/correction/extension" }));

    [Test]
    public void The_default_lengths_will_do() => Assert.That(new ClockRules().Check, Throws.Nothing);

    static IEnumerable<string> Refused(Action deed) => Assert.Throws<HubException>(() => deed())!.Errors.Select(error => error.Pointer);
}
