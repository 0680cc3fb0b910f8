using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Platform;

public sealed class DoctorTests
{
    [Test]
    public async Task A_healthy_hub_passes_every_check()
    {
        await using var hub = await TestHub.StartAsync();
        var report = await ExamineAsync(hub, until: "jobs");
        Assert.That(report.GetProperty("healthy").GetBoolean(), report.ToString());
        Assert.That(NamesOf(report), Is.SupersetOf(["database", "rights", "migrations", "clock", "disk", "secrets", "jobs", "connectors"]));
    }

    [Test]
    public async Task A_check_that_throws_is_a_failure_with_its_reason_and_stops_no_other()
    {
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<IDoctorCheck, Thrower>().AddSingleton<IDoctorCheck, Passer>());
        var report = await ExamineAsync(hub, until: "jobs");
        Assert.That(report.GetProperty("healthy").GetBoolean(), Is.False);
        Assert.That(report.ToString(), Does.Contain("no pulse"));
        Assert.That(NamesOf(report)[^2..], Is.EqualTo(["thrower", "passer"]));
    }

    /// <summary>Hangfire gives its first sign of life a moment after the start.</summary>
    static async Task<JsonElement> ExamineAsync(TestHub hub, string until)
    {
        var administrator = await hub.ClientAsync(Role.Administrator);
        for (var attempt = 0; ; attempt++)
        {
            var report = JsonElement.Parse(await administrator.GetStringAsync("/api/v1/doctor"));
            var awaited = report.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == until);
            if (awaited.GetProperty("outcome").GetString() == "passed" || attempt == 500)
                return report;
        }
    }

    static List<string?> NamesOf(JsonElement report) => [.. report.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString())];

    sealed class Thrower : IDoctorCheck
    {
        public string Name => "thrower";

        public Task<CheckStep> CheckAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("no pulse");
    }

    sealed class Passer : IDoctorCheck
    {
        public string Name => "passer";

        public Task<CheckStep> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckStep(Name, CheckOutcome.Passed, "well"));
    }
}
