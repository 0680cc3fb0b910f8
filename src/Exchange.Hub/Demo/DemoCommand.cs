using Exchange.Hub.Demo.Sharing;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Connections;

namespace Exchange.Hub.Demo;

/// <summary>
/// <c>demo</c>: a hub with a PostgreSQL of its own in a temporary folder, and the story of samples/city told on it
/// through its REST API. Nothing of it remains afterwards.
/// </summary>
static class DemoCommand
{
    /// <summary>Tells the story and, unless once is enough, lets the city live on until cancelled.</summary>
    /// <param name="options">How.</param>
    /// <param name="build">Puts a hub together, ready to start, with some services replaced.</param>
    /// <param name="output">The terminal.</param>
    /// <param name="time">The real clock.</param>
    /// <param name="cancellationToken">Ends the demo.</param>
    /// <returns>0 when the story came out as the generator of the data says it must.</returns>
    public static async Task<int> RunAsync(
        DemoOptions options, Func<HubOptions, Action<IServiceCollection>, CancellationToken, Task<WebApplication>> build, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        var narrator = new Narrator(output);
        var samples = SampleFolder.Find(AppContext.BaseDirectory);
        var folder = MakeFolder();
        try
        {
            var clock = new DemoClock(time, TimeSpan.FromDays(SharingStory.Days));
            await using var postbox = new Postbox();
            var settings = SettingsFor(options, folder, postbox);
            narrator.Say($"A hub with a PostgreSQL of its own starts in {folder}");
            await using var hub = await build(settings, services => services.AddSingleton<TimeProvider>(clock), cancellationToken);
            await hub.StartAsync(cancellationToken);
            try
            {
                return await new DemoTale(options, samples, hub, settings, clock, postbox, narrator).TellAsync(cancellationToken);
            }
            finally
            {
                await hub.StopAsync(CancellationToken.None);
            }
        }
        catch (DemoException error)
        {
            narrator.Say(error.Message);
            return 1;
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            narrator.Say($"Port {options.Port} is taken. Give another one: demo --port {options.Port + 1}, or --port 0 for any.");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            narrator.Say("The demo was ended.");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static HubOptions SettingsFor(DemoOptions options, string folder, Postbox postbox) => new()
    {
        DataDirectory = Path.Combine(folder, "hub"),
        Urls = $"http://127.0.0.1:{options.Port}",
        InstallPostgres = true,
        LogLevel = LogThreshold.Warning,
        SourcesDirectory = Path.Combine(folder, "city"),
        SmtpHost = "127.0.0.1",
        SmtpPort = postbox.Port,
        SmtpSecurity = SmtpSecurity.None,
        MailFrom = "Exchange <exchange@mingwan.example>",
    };

    // Others may pass through, because a root hub's PostgreSQL runs as another user, but not look around.
    static string MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("exchange-demo-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return folder;
    }
}
