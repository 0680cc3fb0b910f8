using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Delivery.Dcat;

namespace Exchange.Hub.Tests.Delivery.Dcat;

public sealed class UpdateFrequencyTests
{
    [TestCase("* * * * *", "CONT")]
    [TestCase("*/15 * * * *", "CONT")]
    [TestCase("30 * * * *", "HOURLY")]
    [TestCase("0 6,18 * * *", "DAILY_2")]
    [TestCase("0 6 * * *", "DAILY")]
    [TestCase("0 6 * * 1-5", "DAILY")]
    [TestCase("0 6 * * 1,4", "WEEKLY_2")]
    [TestCase("0 6 * * 1", "WEEKLY")]
    [TestCase("0 6 1,15 * *", "MONTHLY_2")]
    [TestCase("0 6 1 * *", "MONTHLY")]
    [TestCase("0 6 1 1,4,7,10 *", "QUARTERLY")]
    [TestCase("0 6 1 1,7 *", "ANNUAL_2")]
    [TestCase("0 6 1 1 *", "ANNUAL")]
    [TestCase("0 6 29 2 *", "IRREG")]
    [TestCase(null, "IRREG")]
    public void A_schedule_is_told_as_the_nearest_frequency(string? cron, string expected) =>
        Assert.That(UpdateFrequency.Of(cron is null ? null : new ScheduleDefinition(cron)).Code, Is.EqualTo(expected));
}
