using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery.Files;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Documentation;

/// <summary>The clients of <c>samples/clients</c> do what they say, against a hub.</summary>
public sealed class ClientTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string Body = """{"event":"éhello"}""";

    static readonly TimeSpan patience = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder folder = new();

    [TearDown]
    public void Remove() => folder.Dispose();

    [TestCase("curl")]
    [TestCase("csharp")]
    [TestCase("python")]
    public async Task Every_record_is_read_as_a_stream(string language)
    {
        var stage = await SetAsync();
        var (exit, output) = await RunAsync(stage, language, "read", stage.Dataset.Name);
        Assert.That((exit, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)), Is.EqualTo((0, stage.Dataset.Newest.Values.Order(StringComparer.Ordinal))));
        (exit, output) = await RunAsync(stage, language, "read", "no-such-dataset");
        Assert.That((exit == 0, output.Contains("\"id\"", StringComparison.Ordinal)), Is.EqualTo((false, false)));
    }

    [TestCase("curl")]
    [TestCase("csharp")]
    [TestCase("python")]
    public async Task A_copy_follows_what_changes_and_begins_again_when_its_cursor_is_over(string language)
    {
        var stage = await SetAsync();
        var place = folder.Of($"{language}-{stage.Dataset.Name}");
        await FollowAsync(stage, language, place);
        await stage.Dataset.PublishAsync([KeyValuePair.Create("a", (string?)null), KeyValuePair.Create("d", (string?)FileStage.Record("d", "新"))]);
        await FollowAsync(stage, language, place);
        await stage.Hub.Database.ExecuteAsync($"update catalog.heads set epoch = epoch + 1 where dataset_id = $1", [stage.Dataset.Id], CancellationToken.None);
        await stage.Dataset.PublishAsync([KeyValuePair.Create("b", (string?)null)]);
        await FollowAsync(stage, language, place);
    }

    [TestCase("csharp")]
    [TestCase("python")]
    public async Task The_signature_of_a_webhook_is_verified(string language)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var other = "whsec_" + Convert.ToBase64String(new byte[24]);
        Assert.That(await VerifyAsync(language, Secret, now, Sign(now), Body), Is.Zero);
        Assert.That(await VerifyAsync(language, $"{other} {Secret}", now, $"v1a,AAAA {Sign(now)}", Body), Is.Zero, "one of two secrets, one of two signatures");
        Assert.That(await VerifyAsync(language, other, now, Sign(now), Body), Is.EqualTo(1));
        Assert.That(await VerifyAsync(language, Secret, now, Sign(now), Body + " "), Is.EqualTo(1));
        Assert.That(await VerifyAsync(language, Secret, now - 600, Sign(now - 600), Body), Is.EqualTo(1), "it is old");
    }

    static string Sign(long timestamp) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret[6..]), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"msg_1.{timestamp}.{Body}"))));

    static async Task<int> VerifyAsync(string language, string secret, long timestamp, string signature, string body)
    {
        using var process = Start(language, "verify", ["msg_1", timestamp.ToString(CultureInfo.InvariantCulture), signature], new() { ["EXCHANGE_WEBHOOK_SECRET"] = secret });
        await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(patience);
        return process.ExitCode;
    }

    /// <summary>Own data, so that the clients see what was published.</summary>
    static async Task<Stage> SetAsync()
    {
        var stage = await Stage.SetAsync(await TestHub.SharedAsync());
        await stage.Dataset.PublishAsync(new[] { "a", "b", "c" }.Select(key => KeyValuePair.Create(key, (string?)FileStage.Record(key, "名"))));
        return stage;
    }

    static async Task FollowAsync(Stage stage, string language, string place)
    {
        var (exit, output) = await RunAsync(stage, language, "follow", stage.Dataset.Name, place, "once");
        Assert.That(exit, Is.Zero, output);
        var copy = language == "curl" ? Replay(Path.Combine(place, "changes.ndjson")) : JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(place)).GetProperty("records").EnumerateObject().ToDictionary(each => each.Name, each => each.Value);
        Assert.That(copy.Keys, Is.EquivalentTo(stage.Dataset.Newest.Keys));
        foreach (var (key, record) in stage.Dataset.Newest)
            Assert.That(JsonElement.DeepEquals(copy[key], JsonSerializer.Deserialize<JsonElement>(record)), key);
    }

    static Dictionary<string, JsonElement> Replay(string log)
    {
        var copy = new Dictionary<string, JsonElement>();
        foreach (var change in File.ReadLines(log).Select(line => JsonSerializer.Deserialize<JsonElement>(line)))
        {
            var op = change.GetProperty("op").GetString();
            if (op == "reset")
                copy.Clear();
            else if (op == "delete")
                copy.Remove(change.GetProperty("key").GetString()!);
            else
                copy[change.GetProperty("key").GetString()!] = change.GetProperty("record");
        }
        return copy;
    }

    static async Task<(int Exit, string Output)> RunAsync(Stage stage, string language, string verb, params string[] arguments)
    {
        var token = await stage.Hub.TokenAsync(Role.ItStaff, Delivery.TestDataset.Department);
        using var process = Start(language, verb, arguments, new() { ["EXCHANGE_URL"] = stage.Hub.Address.ToString().TrimEnd('/'), ["EXCHANGE_TOKEN"] = token });
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(patience);
        await process.WaitForExitAsync().WaitAsync(patience);
        return (process.ExitCode, output);
    }

    static Process Start(string language, string verb, string[] arguments, Dictionary<string, string> environment)
    {
        var clients = Path.Combine(Corpora.Repository, "samples/clients");
        string[] line = language switch
        {
            "curl" => ["bash", Path.Combine(clients, "curl", $"{verb}.sh")],
            "python" => ["python3", Path.Combine(clients, "python", $"{verb}.py")],
            _ => [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "exchange-clients.dll"), verb],
        };
        if (language != "csharp")
            Corpora.RequireProgram(language == "curl" ? "curl" : "python3");
        var start = new ProcessStartInfo(line[0], [.. line[1..], .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
