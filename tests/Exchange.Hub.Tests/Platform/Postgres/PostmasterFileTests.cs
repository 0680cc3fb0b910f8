using System.Globalization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

[Platform("Linux")]
public sealed class PostmasterFileTests
{
    [Test]
    public void A_leftover_whose_process_number_is_now_another_programs_is_removed()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Environment.ProcessId);
        File.WriteAllText(folder.Of(".s.PGSQL.5432.lock"), "");

        Assert.That(PostmasterFile.RemoveStale(folder.Path, folder.Path), Is.True);
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void A_leftover_of_a_process_that_is_gone_is_removed()
    {
        using var folder = new TemporaryFolder();
        Write(folder, int.MaxValue);
        Assert.That(PostmasterFile.RemoveStale(folder.Path, folder.Path), Is.True);
    }

    [Test]
    public void The_file_of_a_process_that_stands_in_the_cluster_stays()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Environment.ProcessId);
        var here = new DirectoryInfo($"/proc/{Environment.ProcessId}/cwd").ResolveLinkTarget(true)!.FullName;
        File.Copy(folder.Of("postmaster.pid"), Path.Combine(here, "postmaster.pid"), overwrite: true);
        try
        {
            Assert.That(PostmasterFile.RemoveStale(here, folder.Path), Is.False);
        }
        finally
        {
            File.Delete(Path.Combine(here, "postmaster.pid"));
        }
    }

    static void Write(TemporaryFolder folder, int process) =>
        File.WriteAllText(folder.Of("postmaster.pid"), process.ToString(CultureInfo.InvariantCulture) + "\n" + folder.Path + "\n");
}
