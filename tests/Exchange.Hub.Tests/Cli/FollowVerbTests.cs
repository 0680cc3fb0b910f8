using Exchange.Cli;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Hub.Tests.Cli;

/// <summary>A copy is what the hub has, whatever happens to who makes it.</summary>
public sealed class FollowVerbTests
{
    static readonly string[] Kinds = ["folder", "sqlite", "postgres"];
    static int made;

    readonly TemporaryFolder folder = new();
    TestHub hub = null!;
    TestDataset dataset = null!;
    string token = null!;
    string copyDatabase = "";

    [SetUp]
    public async Task Begin()
    {
        hub = await TestHub.SharedAsync();
        dataset = await TestDataset.CreateAsync(hub.Database, $"followed-{Interlocked.Increment(ref made)}");
        token = await hub.TokenAsync(Role.ItStaff, TestDataset.Department);
    }

    [TearDown]
    public void End() => folder.Dispose();

    [TestCaseSource(nameof(Kinds))]
    public async Task A_copy_that_is_interrupted_anywhere_is_the_dataset_in_the_end(string kind)
    {
        var target = await TargetAsync(kind);
        var random = new Random(7);
        for (var round = 0; round < 6; round++)
        {
            await PublishAsync(random);
            for (var cut = 0; cut < 3; cut++)
                await RunAsync(target, "--once", new CuttingTransport(random.Next(1, 4), beforeAnswer: random.Next(2) == 0));
            Assert.That(await RunAsync(target, "--once"), Is.EqualTo((ExitCode.Ok, "")), $"round {round}");
            Assert.That(await CopyAsync(kind), Is.EqualTo(dataset.Newest), $"round {round}");
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task After_a_restore_of_the_hub_everything_is_read_again_and_what_is_gone_leaves_the_copy(string kind)
    {
        var target = await TargetAsync(kind);
        await dataset.PublishAsync(Of("a", """{"n":1}"""), Of("b", """{"n":2}"""), Of("c", """{"n":3}"""));
        await RunAsync(target, "--once");
        // The backup had neither c nor that it ever was.
        await hub.Database.ExecuteAsync($"delete from {dataset.Tables.Records} where key = 'c'", [], CancellationToken.None);
        await hub.Database.ExecuteAsync($"update catalog.heads set epoch = epoch + 1 where dataset_id = $1", [dataset.Id], CancellationToken.None);

        await RunAsync(target, "--once", new CuttingTransport(2, beforeAnswer: true));
        Assert.That(await CopyAsync(kind), Is.EqualTo(dataset.Newest), "until the new reading is whole the old copy stands");
        Assert.That(await RunAsync(target, "--once"), Is.EqualTo((ExitCode.Ok, "")));
        Assert.That(await CopyAsync(kind), Is.EqualTo(dataset.Newest.Where(record => record.Key != "c")));
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Without_once_it_hears_of_each_publication(string kind)
    {
        var target = await TargetAsync(kind);
        await dataset.PublishAsync(Of("a", """{"n":1}"""));
        using var stop = new CancellationTokenSource();
        using var told = new LineSignal();
        var following = RunAsync(target, "", new SocketsHttpHandler(), told, stop.Token);
        await told.AfterAsync(": 1 record ");
        await dataset.PublishAsync(Of("b", """{"n":2}"""), Of("A/ß", """{"n":3}"""));
        await told.AfterAsync(": 3 records ");
        Assert.That(await CopyAsync(kind), Is.EqualTo(dataset.Newest));
        await stop.CancelAsync();
        Assert.That((await following).Code, Is.EqualTo(ExitCode.Interrupted));
    }

    [TestCaseSource(nameof(Kinds))]
    public async Task Two_that_follow_into_one_place_do_not_undo_each_other(string kind)
    {
        var target = await TargetAsync(kind);
        await dataset.PublishAsync(Of("a", """{"n":1}"""));
        (ExitCode Code, string Error) other = default;
        var first = new CuttingTransport(1, beforeAnswer: false) { Meanwhile = async () => other = await RunAsync(target, "--once") };
        var cut = await RunAsync(target, "--once", first);
        Assert.That(new[] { cut.Code, other.Code }, Is.EquivalentTo(new[] { ExitCode.Ok, ExitCode.Conflict }));
        Assert.That(cut.Error + other.Error, Does.Contain("Another process follows"));
        Assert.That(await CopyAsync(kind), Is.EqualTo(dataset.Newest));
    }

    [TestCase("--to postgres:NOWHERE", "NOWHERE", ExitCode.Usage)]
    [TestCase("--to mysql:x", "folder:PATH", ExitCode.Usage)]
    [TestCase("--to folder:", "folder:PATH", ExitCode.Usage)]
    [TestCase("--to sqlite:/proc/none/x.db", "--to sqlite:/proc/none/x.db", ExitCode.Failed)]
    [TestCase("--to folder:/proc/none", "--to folder:/proc/none", ExitCode.Failed)]
    public async Task A_place_that_cannot_be_is_told(string to, string told, ExitCode code)
    {
        var (exit, error) = await RunAsync(to[5..], "--once");
        Assert.That(exit, Is.EqualTo(code));
        Assert.That(error, Does.Contain(told));
    }

    [Test]
    public async Task A_folder_of_another_dataset_is_left_alone()
    {
        await File.WriteAllTextAsync(folder.Of("follow.json"), """{"dataset":"another","cursor":"x","reading":1,"whole":true}""");
        var (code, error) = await RunAsync($"folder:{folder.Path}", "--once");
        Assert.That(code, Is.EqualTo(ExitCode.Conflict));
        Assert.That(error, Does.Contain("copy of another"));
    }

    async Task PublishAsync(Random random)
    {
        string[] keys = ["a", "A", "b", "a/b", "..", "中", "%61", "~", new string('k', 300), .. Enumerable.Range(0, 40).Select(i => $"k{i}")];
        await dataset.PublishAsync(keys.Where(_ => random.Next(3) == 0).Append("always").Distinct().ToList()
            .Select(key => Of(key, dataset.Newest.ContainsKey(key) && random.Next(3) == 0 ? null : $$"""{"n":{{random.Next()}},"price":1.10,"text":"é\u0000\"中"}""")));
    }

    static KeyValuePair<string, string?> Of(string key, string? record) => new(key, record);

    async Task<string> TargetAsync(string kind)
    {
        if (kind == "postgres")
            copyDatabase = (await TestPostgres.CreateEmptyDatabaseAsync()).Owner;
        return kind switch { "folder" => $"folder:{folder.Of("copy")}", "sqlite" => $"sqlite:{folder.Of("copy.db")}", _ => "postgres:COPY" };
    }

    /// <summary>The copy, read without the code that wrote it; keys of files are what the records say.</summary>
    async Task<SortedDictionary<string, string>> CopyAsync(string kind)
    {
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (kind == "folder")
        {
            var names = dataset.State(dataset.Publication).Keys.Concat(dataset.Deleted(dataset.Publication)).Append("c").Distinct().ToDictionary(Exchange.Cli.Following.FileNames.Of);
            foreach (var file in Directory.EnumerateFiles(folder.Of("copy", "records")))
                copy.Add(names[Path.GetFileName(file)], await File.ReadAllTextAsync(file));
            return copy;
        }
        await using System.Data.Common.DbConnection connection = kind == "sqlite" ? new SqliteConnection($"Data Source={folder.Of("copy.db")};Pooling=False") : new NpgsqlConnection(copyDatabase + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"select key, record from \"{dataset.Name}\"";
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            copy.Add(rows.GetString(0), rows.GetString(1));
        return copy;
    }

    /// <summary>Runs the verb; what it said of errors, its counts left out.</summary>
    async Task<(ExitCode Code, string Error)> RunAsync(string target, string options, HttpMessageHandler? transport = null, StringWriter? told = null, CancellationToken cancellationToken = default)
    {
        using var error = told ?? new StringWriter();
        var code = await CliApp.RunAsync(["follow", dataset.Name, "--to", target, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)], new CliHost
        {
            Output = Stream.Null,
            Error = error,
            Environment = name => name switch { "EXCHANGE_URL" => hub.Address.ToString(), "EXCHANGE_TOKEN" => token, "COPY" => copyDatabase, _ => null },
            Transport = () => transport ?? new SocketsHttpHandler(),
        }, cancellationToken);
        return (code, code == ExitCode.Ok ? "" : error.ToString());
    }

    /// <summary>Breaks the n-th request off, before it reaches the hub or once the hub has answered.</summary>
    sealed class CuttingTransport(int request, bool beforeAnswer) : DelegatingHandler(new SocketsHttpHandler())
    {
        int sent;

        /// <summary>Instead of breaking off: what happens between the hub's answer and its use.</summary>
        public Func<Task>? Meanwhile { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
        {
            var cut = ++sent == request;
            if (cut && beforeAnswer)
                throw new HttpRequestException("The cable is out.");
            var response = await base.SendAsync(message, cancellationToken);
            if (!cut)
                return response;
            if (Meanwhile is null)
                throw new HttpRequestException("The cable is out.");
            await Meanwhile();
            return response;
        }
    }

    /// <summary>Standard error that somebody watches.</summary>
    sealed class LineSignal : StringWriter
    {
        readonly Lock gate = new();
        readonly List<(string Text, TaskCompletionSource Seen)> awaited = [];

        public Task AfterAsync(string text)
        {
            lock (gate)
            {
                var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                awaited.Add((text, seen));
                Look();
                return seen.Task.WaitAsync(TimeSpan.FromSeconds(120));
            }
        }

        public override void Write(char value)
        {
            lock (gate)
            {
                base.Write(value);
                if (value == '\n')
                    Look();
            }
        }

        public override void Write(string? value) => Write((value ?? "").ToCharArray(), 0, (value ?? "").Length);

        public override void Write(char[] buffer, int index, int count)
        {
            lock (gate)
            {
                base.Write(buffer, index, count);
                Look();
            }
        }

        public override void WriteLine(string? value) => Write(value + CoreNewLine[^1]);

        void Look()
        {
            var text = GetStringBuilder().ToString();
            foreach (var (_, seen) in awaited.Where(wait => text.Contains(wait.Text, StringComparison.Ordinal)))
                seen.TrySetResult();
        }
    }
}
