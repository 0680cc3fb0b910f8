using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class SettingsDocumentTests
{
    [Test]
    public void The_table_in_SETTINGS_md_is_what_the_program_says() =>
        Assert.That(Documents.Read("src/Exchange.Hub/Platform/SETTINGS.md"), Does.Contain(SettingsTable.Markdown()));
}
