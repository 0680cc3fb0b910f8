using System.Globalization;

namespace Exchange.Hub.Platform;

/// <summary><c>postmaster.pid</c>, which a running PostgreSQL keeps in its cluster and a killed one leaves behind.</summary>
public static class PostmasterFile
{
    /// <summary>
    /// Removes what a killed server left, when it is certain that no server uses the cluster. PostgreSQL does so itself
    /// unless some other program has the old process number by now, as happens after a reboot and in containers.
    /// </summary>
    /// <returns>True when a leftover was removed.</returns>
    public static bool RemoveStale(string cluster, string socketFolder)
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        if (!OperatingSystem.IsLinux() || ReadProcess(file) is not { } process || IsServerOf(cluster, process))
            return false;
        File.Delete(file);
        foreach (var socket in Directory.Exists(socketFolder) ? Directory.GetFiles(socketFolder, ".s.PGSQL.*") : [])
            File.Delete(socket);
        return true;
    }

    static int? ReadProcess(string file)
    {
        try
        {
            return int.TryParse(File.ReadLines(file).FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var process) ? Math.Abs(process) : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A postmaster stands in its cluster's folder. Where /proc may not be read, it is taken for one: safe, only less helpful.</summary>
    static bool IsServerOf(string cluster, int process)
    {
        var folder = $"/proc/{process}/cwd";
        if (!Directory.Exists($"/proc/{process}"))
            return false;
        try
        {
            return new FileInfo(folder).ResolveLinkTarget(returnFinalTarget: true) is not { } stands
                || stands.FullName == (new DirectoryInfo(cluster).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? cluster);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
