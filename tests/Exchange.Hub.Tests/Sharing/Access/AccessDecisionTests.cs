using CsCheck;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Tests.Sharing.Access;

public sealed class AccessDecisionTests
{
    static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly Caller Reader = new("token:7", "Reader", Role.Subscriber, "benefits-office");

    static readonly Terms Terms = Granted.Everything with { Fields = ["/id", "/name"] };

    [Test]
    public void Without_a_grant_nobody_reads()
    {
        foreach (var role in RoleNames.All)
        {
            foreach (var department in new[] { "benefits-office", null })
            {
                var decision = Decide([], Reader with { Role = role, Department = department });
                Assert.That(decision.Refusal?.Kind, Is.EqualTo(ErrorKind.Forbidden), $"{role} of {department}");
            }
        }
    }

    [TestCase(Role.ItStaff, true)]
    [TestCase(Role.Steward, true)]
    [TestCase(Role.Administrator, false)]
    [TestCase(Role.Subscriber, false)]
    [TestCase(Role.Auditor, false)]
    [TestCase(Role.Clerk, false)]
    [TestCase(Role.Leader, false)]
    public void Of_the_datasets_own_department_IT_staff_and_stewards_see_it_whole(Role role, bool allowed) =>
        Assert.That(Decide([], Reader with { Role = role, Department = "registry" }).Rule, Is.EqualTo(allowed ? AccessRule.OwnData : (AccessRule?)null));

    [TestCase(Role.Subscriber, DeliveryMode.Query, true)]
    [TestCase(Role.Steward, DeliveryMode.Changes, true)]
    [TestCase(Role.ItStaff, DeliveryMode.Lookup, true)]
    [TestCase(Role.Clerk, DeliveryMode.Lookup, true)]
    [TestCase(Role.Clerk, DeliveryMode.Verify, true)]
    [TestCase(Role.Clerk, DeliveryMode.Query, false)]
    [TestCase(Role.Administrator, DeliveryMode.Query, false)]
    [TestCase(Role.Auditor, DeliveryMode.Lookup, false)]
    [TestCase(Role.Leader, DeliveryMode.Lookup, false)]
    public void A_grant_serves_the_roles_that_read(Role role, DeliveryMode mode, bool allowed) =>
        Assert.That(Decide([Granted.Imagined(Terms)], Reader with { Role = role }, mode).Rule, Is.EqualTo(allowed ? AccessRule.Grant : (AccessRule?)null));

    static IEnumerable<TestCaseData> Unfit
    {
        get
        {
            var grant = Granted.Imagined(Terms);
            yield return Case(grant with { State = GrantState.Suspended, StateReason = "An audit." }, "grant-suspended");
            yield return Case(grant with { State = GrantState.Revoked, StateReason = "Misuse." }, "grant-revoked");
            yield return Case(grant with { State = GrantState.Completed }, "grant-completed");
            yield return Case(grant with { State = GrantState.Expired }, "grant-expired");
            yield return Case(grant with { Terms = Terms with { Until = Now } }, "grant-expired");
            yield return Case(grant with { Terms = Terms with { From = Now.AddTicks(1) } }, "grant-not-yet-valid");
            yield return Case(grant with { System = "token:8" }, "system-not-granted");
            yield return Case(grant with { Purpose = "taxes" }, "purpose-not-granted");
            yield return Case(grant with { Terms = Terms with { Modes = [DeliveryMode.Lookup, DeliveryMode.Push] } }, "mode-not-granted");
            yield return Case(grant with { Schema = "person/2.3" }, "schema-major-changed");
            yield return Case(grant with { Terms = Terms with { Rows = [new RowCondition("/district", "eq", ["north"])] } }, "rows-not-filterable");

            static TestCaseData Case(Grant grant, string code) => new TestCaseData(grant, code).SetArgDisplayNames(code);
        }
    }

    [TestCaseSource(nameof(Unfit))]
    public void A_grant_that_does_not_fit_is_named_with_its_reason(Grant grant, string code)
    {
        var refusal = Decide([grant], Reader, purpose: "benefits").Refusal;
        Assert.That(refusal?.Code, Is.EqualTo(code));
        Assert.That(refusal?.Message, Does.Contain(grant.Id.ToString()));
    }

    [TestCase("Misuse", ": Misuse. Ask registry")]
    [TestCase("Misuse. ", ": Misuse. Ask registry")]
    [TestCase("Who asked?", ": Who asked? Ask registry")]
    [TestCase("用途不符。", ": 用途不符。 Ask registry")]
    [TestCase(null, "Z. Ask registry")]
    public void The_reason_that_somebody_gave_is_told_as_a_sentence_of_its_own(string? reason, string told)
    {
        foreach (var state in new[] { GrantState.Suspended, GrantState.Revoked })
            Assert.That(Decide([Granted.Imagined(Terms) with { State = state, StateReason = reason }], Reader).Refusal?.Message, Does.Contain(told));
    }

    [Test]
    public void Of_several_grants_that_do_not_fit_the_nearest_is_named() =>
        Assert.That(
            Decide([Granted.Imagined(Terms) with { System = "token:8" }, Granted.Imagined(Terms) with { State = GrantState.Suspended }], Reader).Refusal?.Code,
            Is.EqualTo("grant-suspended"));

    [Test]
    public void With_grants_for_two_purposes_the_reader_says_which()
    {
        Grant[] grants = [Granted.Imagined(Terms), Granted.Imagined(Terms) with { Purpose = "taxes" }];
        Assert.That(Decide(grants, Reader).Refusal?.Code, Is.EqualTo("purpose-required"));
        Assert.That(Decide(grants, Reader, purpose: "taxes").Entry?.Grant, Is.SameAs(grants[1]));
    }

    [Test]
    public void With_two_grants_for_one_purpose_the_one_for_this_very_system_holds_and_else_the_newer()
    {
        var older = Granted.Imagined(Terms);
        var newer = Granted.Imagined(Terms) with { CreatedAt = older.CreatedAt.AddDays(1) };
        var own = older with { Id = Guid.CreateVersion7(), System = Reader.Id };
        Assert.That(Decide([older, newer, own], Reader).Entry?.Grant, Is.SameAs(own));
        Assert.That(Decide([newer, older], Reader).Entry?.Grant, Is.SameAs(newer));
    }

    [Test]
    public void It_decides_as_the_rules_read_aloud() => Worlds.Sample(
        world =>
        {
            var (grants, caller, mode, purpose) = world;
            var fitting = grants.Where(g =>
                g.State == GrantState.Active && g.Terms.From <= Now && Now < g.Terms.Until
                && (g.System is null || g.System == caller.Id)
                && (purpose is null || g.Purpose == purpose)
                && (g.Terms.Modes.Contains(mode) || (mode == DeliveryMode.Verify && g.Terms.Modes.Contains(DeliveryMode.Lookup)))
                && (g.Schema is "person/1.0" or "person/1.5")).ToList();
            var own = caller.Department == "registry" && (caller.Role is Role.ItStaff or Role.Steward);
            var reads = caller.Role is Role.Subscriber or Role.ItStaff or Role.Steward || (caller.Role == Role.Clerk && mode is DeliveryMode.Lookup or DeliveryMode.Verify);
            var decision = Decide(grants, caller, mode, purpose);
            if (own)
                return decision.Rule == AccessRule.OwnData;
            if (!reads || caller.Department is null || fitting.Select(g => g.Purpose).Distinct().Count() != 1)
                return decision.Refusal is not null;
            return decision.Rule == AccessRule.Grant && fitting.Contains(decision.Entry!.Grant);
        },
        iter: 20_000);

    static Gen<(Grant[] Grants, Caller Caller, DeliveryMode Mode, string? Purpose)> Worlds
    {
        get
        {
            var purposes = Gen.OneOfConst("benefits", "taxes");
            var grant =
                from state in Gen.Enum<GrantState>()
                from purpose in purposes
                from system in Gen.OneOfConst<string?>(null, "token:7", "token:8")
                from schema in Gen.OneOfConst("person/1.0", "person/1.5", "person/2.0", "house/1.0")
                from begins in Gen.Int[-1, 1]
                from lasts in Gen.Int[0, 2]
                from modes in Gen.Enum<DeliveryMode>().Array[1, 3]
                let terms = Terms with { Modes = modes, From = Now.AddDays(begins), Until = Now.AddDays(begins + lasts) }
                select Granted.Imagined(terms) with { State = state, Purpose = purpose, System = system, Schema = schema };
            return
                from grants in grant.Array[0, 6]
                from role in Gen.Enum<Role>()
                from department in Gen.OneOfConst<string?>("benefits-office", "benefits-office", "registry", null)
                from mode in Gen.Enum<DeliveryMode>()
                from purpose in Gen.OneOfConst<string?>(null, "benefits", "taxes")
                select (grants, Reader with { Role = role, Department = department }, mode, purpose);
        }
    }

    static AccessDecision Decide(Grant[] grants, Caller caller, DeliveryMode mode = DeliveryMode.Query, string? purpose = null) =>
        AccessDecision.Of(new ReadQuestion(caller, Head, mode, purpose, Now), [.. grants.Select(grant => new GrantEntry(grant, new CancellationTokenSource()))]);

    static DatasetHead Head { get; } = new(1, "people", "registry", 1, 1, 1, 1, 0, null, null, null, null, true, []) { Schema = "person/1.2" };
}
