using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Tasks;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Tasks;

public sealed class TasksTests
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly DateTimeOffset Now = new(2026, 9, 30, 2, 0, 0, TimeSpan.Zero);
    static readonly Caller Steward = new("token:1", "Steward", Role.Steward, "tax");

    NpgsqlDataSource database = null!;
    Hub.Sharing.Tasks.Tasks tasks = null!;

    [SetUp]
    public async Task Prepare()
    {
        database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        var (options, time) = (new HubOptions(), new FakeTimeProvider(Now));
        tasks = new Hub.Sharing.Tasks.Tasks(database, new Outbox(database, options, time), options, time);
    }

    [TearDown]
    public ValueTask Close() => database.DisposeAsync();

    [Test]
    public async Task Everybody_sees_the_tasks_of_their_role_and_department()
    {
        await OpenAsync("decide", "request:1", Role.Steward, "tax");
        await OpenAsync("decide", "request:2", Role.Steward, "police");
        await OpenAsync("pre-check", "request:3", Role.Administrator, null);
        Assert.That(await SubjectsOfAsync(Steward), Is.EqualTo(new[] { "request:1" }));
        Assert.That(await SubjectsOfAsync(Steward with { Department = null }), Is.EqualTo(new[] { "request:1", "request:2" }), "the hub's own stewards act for every department");
        Assert.That(await SubjectsOfAsync(Steward with { Role = Role.Administrator, Department = null }), Is.EqualTo(new[] { "request:3" }));
        Assert.That(await SubjectsOfAsync(Steward with { Role = Role.ItStaff }), Is.Empty);
    }

    [Test]
    public async Task The_most_urgent_comes_first_and_what_has_no_date_last()
    {
        await OpenAsync("decide", "request:1", Role.Steward, "tax");
        await OpenAsync("decide", "request:2", Role.Steward, "tax", Now.AddDays(2));
        await OpenAsync("decide", "request:3", Role.Steward, "tax", Now.AddDays(1));
        Assert.That(await SubjectsOfAsync(Steward), Is.EqualTo(new[] { "request:3", "request:2", "request:1" }));
    }

    [TestCase(null)]
    [TestCase("tax")]
    public async Task A_task_that_is_open_is_not_opened_again(string? department)
    {
        await OpenAsync("decide", "request:1", Role.Steward, department);
        await OpenAsync("decide", "request:1", Role.Steward, department);
        Assert.That(await SubjectsOfAsync(Steward with { Department = null }), Has.Count.EqualTo(1));
    }

    [TestCase("decide", new[] { "answer" })]
    [TestCase("pre-check", new[] { "decide", "answer" })]
    [TestCase(null, new string[0])]
    public async Task Tasks_close_by_subject_and_kind(string? kind, string[] left)
    {
        await OpenAsync("decide", "request:1", Role.Steward, "tax", Now.AddDays(1));
        await OpenAsync("answer", "request:1", Role.Steward, "tax", Now.AddDays(2));
        await database.InTransactionAsync(c => tasks.CloseAsync(c, "request:1", kind, None), None);
        Assert.That((await tasks.ListAsync(Steward, None)).Select(each => each.Kind), Is.EqualTo(left));
    }

    Task OpenAsync(string kind, string subject, Role role, string? department, DateTimeOffset? dueAt = null) =>
        database.InTransactionAsync(c => tasks.OpenAsync(c, new NewTask(kind, subject, role, department, "To do", dueAt), None), None);

    async Task<List<string>> SubjectsOfAsync(Caller caller) => [.. (await tasks.ListAsync(caller, None)).Select(each => each.Subject)];
}
