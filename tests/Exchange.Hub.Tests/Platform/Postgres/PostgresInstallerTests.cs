using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

/// <summary>What an operator is told when there is no PostgreSQL. That installing works is tried on fresh machines, not here.</summary>
public sealed class PostgresInstallerTests
{
    [Test]
    public void Without_permission_the_one_command_to_type_is_said_and_nothing_is_installed()
    {
        var shown = new List<string>();
        Assert.That(
            () => PostgresInstaller.InstallAsync(allowed: false, shown.Add, CancellationToken.None),
            Throws.InstanceOf<LocalPostgresException>().With.Message.Match("Type this once: .*(apt-get|dnf|apk) .*postgresql|Install PostgreSQL 14 or newer"));
        Assert.That(shown, Is.Empty);
    }

    [Test]
    public async Task The_newest_installed_version_is_found_and_a_missing_one_is_not()
    {
        var newest = await PostgresBinaries.FindAsync(null, null, CancellationToken.None);
        if (newest is null)
            Assert.Ignore("No PostgreSQL is installed yet; the first test of a hub installs it.");
        Assert.That(File.Exists(newest!.Of("initdb")));
        Assert.That(await PostgresBinaries.FindAsync(null, newest.Major, CancellationToken.None), Is.EqualTo(newest));
        Assert.That(await PostgresBinaries.FindAsync(null, 9, CancellationToken.None), Is.Null);
        Assert.That(await PostgresBinaries.FindAsync(Path.GetDirectoryName(newest.Directory), null, CancellationToken.None), Is.EqualTo(newest));
    }
}
