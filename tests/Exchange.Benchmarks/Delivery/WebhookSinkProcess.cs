using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Exchange.Benchmarks;

/// <summary>A call as the sink took it.</summary>
sealed record TakenCall(Dictionary<string, string> Headers, string Body);

/// <summary>A sink that takes every call and counts them: this program once more, in a process of its own.</summary>
sealed class WebhookSinkProcess : IDisposable
{
    /// <summary>What this program is called with to be the sink.</summary>
    public const string Argument = "webhook-sink";

    const string Ready = "sink ";

    readonly Process process;
    readonly HttpClient http;

    WebhookSinkProcess(Process process, string address)
    {
        this.process = process;
        http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public static async Task<WebhookSinkProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(WebhookSinkProcess).Assembly.Location] : Array.Empty<string>(), Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true ? new WebhookSinkProcess(process, line[Ready.Length..]) : throw new InvalidOperationException("The sink did not start.");
    }

    /// <summary>Where a subscription's calls go.</summary>
    public string Url(int number) => $"{http.BaseAddress}hooks/{number}";

    /// <summary>The first call of a subscription.</summary>
    public async Task<TakenCall> SampleAsync(int number) => (await http.GetFromJsonAsync<TakenCall>($"samples/{number}"))!;

    /// <summary>How many calls were taken since this was asked last.</summary>
    public Task<int> TakeCountAsync() => http.GetFromJsonAsync<int>("count");

    /// <summary>Is the sink, until its standard input ends.</summary>
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var (count, samples) = (0, new ConcurrentDictionary<string, TakenCall>());
        app.MapPost("/hooks/{number}", async (string number, HttpContext context) =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            Interlocked.Increment(ref count);
            if (!samples.ContainsKey(number))
                samples[number] = new TakenCall(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()), Convert.ToBase64String(body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        app.MapGet("/samples/{number}", (string number) => samples[number]);
        app.MapGet("/count", () => Interlocked.Exchange(ref count, 0));
        await app.StartAsync();
        Console.WriteLine(Ready + app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    public void Dispose()
    {
        http.Dispose();
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
