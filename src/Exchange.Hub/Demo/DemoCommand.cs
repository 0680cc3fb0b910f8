using System.Net.Http.Headers;
using Exchange.Hub.Demo.City;
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
    /// <param name="build">Puts a hub together, ready to start.</param>
    /// <param name="output">The terminal.</param>
    /// <param name="time">Paces the waiting.</param>
    /// <param name="cancellationToken">Ends the demo.</param>
    /// <returns>0 when the story came out as the generator of the data says it must.</returns>
    public static async Task<int> RunAsync(
        DemoOptions options, Func<HubOptions, CancellationToken, Task<WebApplication>> build, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        var narrator = new Narrator(output);
        var samples = SampleFolder.Find(AppContext.BaseDirectory);
        var folder = MakeFolder();
        try
        {
            var settings = SettingsFor(options, folder);
            narrator.Say($"A hub with a PostgreSQL of its own starts in {folder}");
            await using var hub = await build(settings, cancellationToken);
            await hub.StartAsync(cancellationToken);
            try
            {
                return await TellAsync(options, samples, new Uri(hub.Urls.First()), settings, narrator, time, cancellationToken);
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

    static async Task<int> TellAsync(
        DemoOptions options, SampleFolder samples, Uri address, HubOptions settings, Narrator narrator, TimeProvider time, CancellationToken cancellationToken)
    {
        var token = (await File.ReadAllTextAsync(Path.Combine(settings.DataDirectory, FirstToken.FileName), cancellationToken)).Trim();
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var client = new HubClient(http, time);
        var city = new CityStory(settings.SourcesDirectory, options.People);

        var story = new DemoStory(client, city, samples, narrator, cancellationToken);
        await story.TellAsync();
        narrator.Verdict(story.Surprises);
        if (!options.Once)
            await new DemoCity(client, city, samples, narrator).LiveOnAsync(address, cancellationToken);
        return story.Surprises.Count == 0 ? 0 : 1;
    }

    static HubOptions SettingsFor(DemoOptions options, string folder) => new()
    {
        DataDirectory = Path.Combine(folder, "hub"),
        Urls = $"http://127.0.0.1:{options.Port}",
        InstallPostgres = true,
        LogLevel = LogThreshold.Warning,
        SourcesDirectory = Path.Combine(folder, "city"),
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
