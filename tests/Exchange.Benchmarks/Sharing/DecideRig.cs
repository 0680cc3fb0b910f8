using Exchange.Hub.Audit;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Use;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Benchmarks.Sharing;

/// <summary>The gate over grants that stand in memory alone: every decision that allows is made without the database.</summary>
sealed class DecideRig : IDisposable
{
    /// <summary>Grants of a consumer for one dataset.</summary>
    public const int Purposes = 5;

    static readonly Confirmation someone = new("bench", "Benchmark", DateTimeOffset.UnixEpoch);

    readonly Random dice = new(1);
    readonly GrantIndex index = new();
    readonly UseWriter uses;
    readonly RefusalWatch refusals;
    readonly List<Grant> grants;

    DecideRig(NpgsqlDataSource database, List<Grant> grants)
    {
        this.grants = grants;
        uses = new UseWriter(database, TimeProvider.System, NullLogger<UseWriter>.Instance);
        refusals = new RefusalWatch(database, new AuditLog(database, TimeProvider.System), TimeProvider.System, NullLogger<RefusalWatch>.Instance);
        Gate = new AccessGate(
            index, new GrantStore(database), new SharingKeySource(database, new OneSecret()), new QuotaMeter(database, new HubOptions(), TimeProvider.System),
            refusals, uses, TimeProvider.System);
    }

    public AccessGate Gate { get; }

    public int Grants => grants.Count;

    /// <summary>Makes one: each consumer has grants for five purposes for each dataset.</summary>
    public static async Task<DecideRig> CreateAsync(int perConsumer, int consumers)
    {
        var grants = Enumerable.Range(0, consumers).SelectMany(consumer => Enumerable.Range(0, perConsumer).Select(number => Make(consumer, number))).ToList();
        var rig = new DecideRig(NpgsqlDataSource.Create("Host=unused.invalid"), grants);
        await rig.index.ReloadAsync(_ => Task.FromResult(grants), CancellationToken.None);
        return rig;
    }

    /// <summary>A request of some reader for which a grant fits.</summary>
    public (HttpContext Http, DatasetHead Dataset) Request(int number) => Request(number, dice.Next(grants.Count));

    /// <summary>A request for which this grant fits.</summary>
    public (HttpContext Http, DatasetHead Dataset) Request(int number, int which)
    {
        var grant = grants[which];
        var http = new DefaultHttpContext();
        http.Features.Set(new Caller($"token:{number}", "Benchmark", Role.Subscriber, grant.Consumer));
        http.Request.Headers[AccessHeaders.Purpose] = grant.Purpose;
        return (http, new DatasetHead(grant.DatasetId, grant.Dataset, grant.Provider, 1, 1, 1, 1, 0, null, null, null, null, true, [new FilterColumn("/f9", "f_0", FilterType.Text)]) { Schema = "person/1.3" });
    }

    public void Dispose()
    {
        uses.Dispose();
        refusals.Dispose();
        index.Dispose();
    }

    static Grant Make(int consumer, int number) => new()
    {
        Id = Guid.CreateVersion7(),
        Revision = 1,
        Version = 1,
        DatasetId = number / Purposes,
        Dataset = $"dataset-{number / Purposes}",
        Schema = "person/1.0",
        Provider = "registry",
        Consumer = $"consumer-{consumer}",
        Purpose = $"purpose-{number % Purposes}",
        Terms = new Terms
        {
            Fields = ["/id", "/f1", "/f2", "/f3", "/f4", "/f5", "/f9"],
            Masks = new Dictionary<string, Mask> { ["/f1"] = Mask.Hash },
            Rows = [new RowCondition("/f9", "in", ["north", "south"])],
            Modes = [DeliveryMode.Query, DeliveryMode.Changes],
            From = DateTimeOffset.UnixEpoch,
            Until = TimeProvider.System.GetUtcNow().AddDays(7),
        },
        State = GrantState.Active,
        StateChangedAt = DateTimeOffset.UnixEpoch,
        StateChangedBy = "Benchmark",
        ProviderConfirmation = someone,
        ConsumerConfirmation = someone,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>The room's secret, without a database to keep it in.</summary>
    sealed class OneSecret : ISecretStore
    {
        public Task SetAsync(NpgsqlConnection connection, string name, string value, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(NpgsqlConnection connection, string namePrefix, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(string namePrefix, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> RevealAsync(string name, CancellationToken cancellationToken) => Task.FromResult<string?>(Convert.ToBase64String(new byte[32]));
    }
}
