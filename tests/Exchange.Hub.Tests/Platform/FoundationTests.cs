using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class FoundationTests
{
    [Test]
    public void A_licence_key_that_is_wrong_stops_the_start_and_says_which_setting_it_was()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"exchange-foundation-{Guid.NewGuid():n}");
        var options = new HubOptions { DataDirectory = folder, ConnectionString = "Host=nowhere.invalid", NewtonsoftLicenseKey = "no key" };
        Assert.That(() => Foundation.LayAsync(options, CancellationToken.None), Throws.TypeOf<SettingsException>().With.Message.Contains("newtonsoftLicenseKey"));
        Directory.Delete(folder, recursive: true);
    }
}
