using CsCheck;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Use;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Sharing.Access;

public sealed class AccessGateTests
{
    [Test]
    public async Task A_grant_holds_from_its_commit_on_for_its_department_alone()
    {
        var rig = await GateRig.CreateAsync();
        Assert.That((await rig.RefusalAsync()).Code, Is.EqualTo("no-grant"));
        var grant = await Granted.IssueAsync(rig.Dataset, Granted.Everything with { Fields = ["/id", "/name"], Rows = [new RowCondition("/district", "eq", ["north"])] });

        var access = await rig.AskAsync();
        Assert.That((access.Rule, access.GrantId, access.Version), Is.EqualTo((AccessRule.Grant, grant.Id, 1)));
        Assert.That((access.View.Shows("/name"), access.View.Shows("/income"), access.Rows.IsNone), Is.EqualTo((true, false, false)));
        Assert.That((await rig.RefusalAsync(rig.Reader with { Department = "elsewhere" })).Code, Is.EqualTo("no-grant"));
        Assert.That((await rig.RefusalAsync(rig.Reader with { Department = null })).Code, Is.EqualTo("no-department"));
        Assert.That((await rig.RefusalAsync(Caller.System)).Code, Is.EqualTo("role-cannot-read"));
    }

    [TestCase("suspend", "grant-suspended")]
    [TestCase("revoke", "grant-revoked")]
    public async Task When_the_verb_returns_open_reads_have_ended_and_no_other_begins(string verb, string code)
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset);
        var open = await rig.AskAsync();
        await Granted.DoAsync(await rig.Dataset.StewardAsync(), grant.Id, verb, new { reason = "Misuse." });
        Assert.That(open.Ended.IsCancellationRequested, Is.True);
        var refusal = await rig.RefusalAsync();
        Assert.That(refusal.Code, Is.EqualTo(code));
        Assert.That(refusal.Message, Does.Contain("Misuse."), "the consumer reads why");
    }

    [Test]
    public async Task What_another_hub_revokes_ends_here_too()
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset);
        var open = await rig.AskAsync();
        await rig.ElsewhereAsync(grant.Id, GrantState.Revoked);
        await GateRig.FiresAsync(open.Ended);
        Assert.That((await rig.RefusalAsync()).Code, Is.EqualTo("grant-revoked"));
    }

    [Test]
    public async Task What_happened_while_the_hub_could_not_listen_is_caught_up()
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset);
        var open = await rig.AskAsync();
        await rig.Dataset.Hub.Database.ExecuteAsync(
            $"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'exchange grants' and datname = current_database()", [], CancellationToken.None);
        await rig.ElsewhereAsync(grant.Id, GrantState.Revoked);
        await GateRig.FiresAsync(open.Ended);
    }

    [Test]
    public async Task A_hub_that_cannot_listen_asks_the_table()
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset);
        using var deaf = new GrantIndex();
        var gate = ActivatorUtilities.CreateInstance<AccessGate>(rig.Services, deaf);
        Assert.That((await rig.AskAsync(gate: gate)).GrantId, Is.EqualTo(grant.Id));
        await rig.ElsewhereAsync(grant.Id, GrantState.Suspended);
        Assert.That((await rig.RefusalAsync(gate: gate)).Code, Is.EqualTo("grant-suspended"));
    }

    [Test]
    public async Task After_any_verbs_the_index_is_as_the_table()
    {
        var rig = await GateRig.CreateAsync();
        var steward = new Caller("token:steward", "Steward", Role.Steward, rig.Dataset.Provider);
        var ct = CancellationToken.None;
        var verbs = new List<Func<Grant, Task<Grant>>>
        {
            grant => rig.Services.GetRequiredService<SuspendGrant>().ExecuteAsync(grant.Id, "Why.", steward, ct),
            grant => rig.Services.GetRequiredService<ResumeGrant>().ExecuteAsync(grant.Id, steward, ct),
            grant => rig.Services.GetRequiredService<RevokeGrant>().ExecuteAsync(grant.Id, "Why.", steward, ct),
            grant => rig.Services.GetRequiredService<CompleteGrant>().ExecuteAsync(grant.Id, null, steward, ct),
            grant => rig.Services.GetRequiredService<RenewGrant>().ExecuteAsync(grant.Id, new Renewal(grant.Revision, grant.Terms.Until.AddDays(1)), steward, ct),
        };
        var index = rig.Services.GetRequiredService<GrantIndex>();
        var datasetId = (await Granted.HeadAsync(rig.Dataset)).DatasetId;
        foreach (var (deed, which) in Gen.Select(Gen.Int[0, 6], Gen.Int[0, 5]).Array[60].Single())
        {
            var grants = await rig.Grants.OfReaderAsync(datasetId, rig.Dataset.Consumer, 1000, ct);
            if (deed >= verbs.Count || grants.Count == 0)
            {
                await Granted.IssueAsync(rig.Dataset);
                await rig.Services.GetRequiredService<AccessGate>().AnswerAsync(new ReadQuestion(rig.Reader, await Granted.HeadAsync(rig.Dataset), DeliveryMode.Query, "other", DateTimeOffset.UnixEpoch), ct);
            }
            else
            {
                try
                {
                    await verbs[deed](grants[which % grants.Count]);
                }
                catch (HubException refusal) when (refusal.Kind == ErrorKind.Conflict)
                {
                    // The state does not allow it; then nothing may change either.
                }
            }
            var table = (await rig.Grants.OfReaderAsync(datasetId, rig.Dataset.Consumer, 1000, ct)).Where(grant => !grant.State.IsFinal());
            Assert.That(
                index.Open.Where(grant => grant.DatasetId == datasetId).Select(Tell),
                Is.EquivalentTo(table.Select(Tell)));
        }
    }

    [Test]
    public async Task A_schema_with_another_major_version_is_not_covered()
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset);
        var head = await Granted.HeadAsync(rig.Dataset);
        var gate = rig.Services.GetRequiredService<AccessGate>();
        foreach (var (schema, code) in new[] { ($"{rig.Dataset.Name}/1.9", null), ($"{rig.Dataset.Name}/2.0", "schema-major-changed") })
        {
            var decision = await gate.AnswerAsync(new ReadQuestion(rig.Reader, head with { Schema = schema }, DeliveryMode.Query, null, grant.CreatedAt), CancellationToken.None);
            Assert.That(decision.Refusal?.Code, Is.EqualTo(code), schema);
        }
    }

    [Test]
    public async Task A_field_that_is_no_longer_filterable_closes_the_grant_instead_of_opening_its_rows()
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset, Granted.Everything with { Rows = [new RowCondition("/district", "eq", ["north"])] });
        var head = await Granted.HeadAsync(rig.Dataset);
        foreach (var filters in new FilterColumn[][] { [], [new FilterColumn("/district", "f_7", FilterType.Numeric)] })
        {
            var decision = await rig.Services.GetRequiredService<AccessGate>().AnswerAsync(new ReadQuestion(rig.Reader, head with { Filters = filters }, DeliveryMode.Query, null, grant.CreatedAt), CancellationToken.None);
            Assert.That(decision.Refusal?.Code, Is.EqualTo("rows-not-filterable"));
            Assert.That(decision.Refusal?.Message, Does.Contain(rig.Dataset.Provider));
        }
    }

    [Test]
    public async Task Requests_beyond_the_quota_of_a_minute_are_told_when_to_come_again()
    {
        var rig = await GateRig.CreateAsync();
        await Granted.IssueAsync(rig.Dataset, Granted.Everything with { Quota = new Quota(RequestsPerMinute: 3) });
        for (var i = 0; i < 3; i++)
            await rig.AskAsync();
        var refusal = await rig.RefusalAsync();
        Assert.That((refusal.Kind, refusal.Code), Is.EqualTo((ErrorKind.TooManyRequests, "requests-per-minute")));
        Assert.That(refusal.RetryAfter, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_clock_that_is_set_back_makes_nobody_wait_for_the_old_time()
    {
        var rig = await GateRig.CreateAsync();
        var grant = await Granted.IssueAsync(rig.Dataset, Granted.Everything with { Quota = new Quota(RequestsPerMinute: 2) });
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
        var quotas = ActivatorUtilities.CreateInstance<QuotaMeter>(rig.Services, time);
        await quotas.TakeRequestAsync(grant, CancellationToken.None);
        await quotas.TakeRequestAsync(grant, CancellationToken.None);
        time.AdjustTime(time.GetUtcNow().AddHours(-3));
        await quotas.TakeRequestAsync(grant, CancellationToken.None);
        await quotas.TakeRequestAsync(grant, CancellationToken.None);
        var refusal = (await Assert.ThrowsAsync<HubException>(() => quotas.TakeRequestAsync(grant, CancellationToken.None).AsTask()))!;
        Assert.That((refusal.Code, refusal.RetryAfter), Is.EqualTo(("requests-per-minute", (TimeSpan?)TimeSpan.FromMinutes(1))), "and what is taken by the new time counts");
    }

    [Test]
    public async Task A_restart_gives_no_records_of_the_day_back()
    {
        var rig = await GateRig.CreateAsync();
        await Granted.IssueAsync(rig.Dataset, Granted.Everything with { Quota = new Quota(RecordsPerDay: 10) });
        (await rig.AskAsync()).RecordUse(UseOutcome.Served, "page", 9, 900);
        (await rig.AskAsync()).RecordUse(UseOutcome.Served, "page", 2, 200);
        Assert.That((await rig.RefusalAsync()).Code, Is.EqualTo("records-per-day"));

        await rig.Services.GetRequiredService<UseWriter>().FlushAsync(CancellationToken.None);
        var restarted = ActivatorUtilities.CreateInstance<AccessGate>(rig.Services, ActivatorUtilities.CreateInstance<QuotaMeter>(rig.Services));
        Assert.That((await rig.RefusalAsync(gate: restarted)).Code, Is.EqualTo("records-per-day"));
    }

    [Test]
    public async Task A_header_that_is_too_long_is_refused()
    {
        var rig = await GateRig.CreateAsync();
        var refusal = (await Assert.ThrowsAsync<HubException>(() => rig.AskAsync(purpose: new string('x', 101))))!;
        Assert.That(refusal.Code, Is.EqualTo("malformed-header"));
    }

    static string Tell(Grant grant) => $"{grant.Id} {grant.Revision} {grant.Version} {grant.State} {grant.Terms.Until:O}";
}
