using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo.Sharing;

/// <summary>
/// Twenty days of sharing between the four departments, up to today: one request of each kind, the grants that come of
/// them, a system that reads, and a record that is corrected. Everything goes through the API.
/// </summary>
sealed class SharingStory(SharingStage stage, SharingCast cast, CityStory city, SampleFolder samples, CancellationToken cancellationToken)
{
    /// <summary>How long ago it begins.</summary>
    public const int Days = 20;

    /// <summary>Days until nobody can any longer say that the time to decide was not over: ten working days, weekends and one more day.</summary>
    const int TooLong = 16;

    const string CivilAffairs = "civil-affairs";
    const string MarketRegulation = "market-regulation";
    const string ResidentRegistration = "resident-registration";
    const string SocialSecurity = "social-security";

    static readonly TimeSpan year = TimeSpan.FromDays(365);
    static readonly TimeSpan tenDays = TimeSpan.FromDays(10);

    /// <summary>The district that the system of social security may see.</summary>
    public static District District => Words.Districts[0];

    /// <summary>The system that reads under a grant.</summary>
    public DemoSystem System { get; private set; } = null!;

    /// <summary>The correction that was raised.</summary>
    public string Correction { get; private set; } = "";

    /// <summary>Key of the company whose record is said to be wrong: one that the next morning's registry has changed.</summary>
    public string WrongCompany => city.Companies.FirstUpdated(DemoStory.LastDay - 1, DemoStory.LastDay);

    /// <summary>From the policies to the grants.</summary>
    public async Task BeginAsync()
    {
        stage.Chapter("the departments say what they share, and the first ask");
        await OfferAsync();
        await LeaveUndecidedAsync();
        await GrantAtOnceAsync();
        await RefuseByLawAsync();
        await stage.PassAsync(TooLong);

        stage.Chapter("people decide");
        await NarrowAsync();
        await ReturnAskExtendAsync();
        await AppealAsync();
        await stage.DraftAsync(ResidentRegistration, "workplace-survey", year);
        await stage.DoAsync("workplace-survey", "submit", "pre-check", "withdraw");
        await stage.DraftAsync(MarketRegulation, "licence-holders", period: null);
        await CorrectAsync();
        await stage.PassAsync(1);
    }

    /// <summary>What providers take back, and the present.</summary>
    public async Task EndAsync()
    {
        stage.Chapter("what was given is taken back");
        await stage.ChangeGrantAsync("branch-register", "suspend", "A copy was seen outside; until that is cleared up");
        await stage.ChangeGrantAsync("employer-check", "revoke", "The registry is asked for each case from now on");
        await stage.CatchUpAsync();
    }

    async Task OfferAsync()
    {
        string[] departments = [CivilAffairs, MarketRegulation, ResidentRegistration, SocialSecurity];
        await cast.EnterAsync(departments, cancellationToken);
        await cast.Administrator.PutAsync("contacts", new JsonObject { ["administrator"] = new JsonArray("hub@mingwan.example") }, cancellationToken);
        foreach (var department in departments)
        {
            var addresses = new JsonObject { ["steward"] = new JsonArray($"steward@{department}.example"), ["it-staff"] = new JsonArray($"it@{department}.example") };
            await cast.Officer(department).PutAsync($"contacts/{department}", addresses, cancellationToken);
        }
        foreach (var island in city.Islands)
        {
            var provider = (await cast.Administrator.GetAsync($"datasets/{island.Dataset}/policy", cancellationToken)).GetProperty("department").GetString()!;
            await cast.Steward(provider).PutAsync($"datasets/{island.Dataset}/policy", samples.Policy(island.Dataset), cancellationToken);
            stage.Say($"{island.Dataset,-18}policy     {provider,-22}{samples.Policy(island.Dataset)["class"]}");
        }
    }

    /// <summary>A request that the steward lets lie until its time is over.</summary>
    async Task LeaveUndecidedAsync()
    {
        await stage.DraftAsync(ResidentRegistration, "name-change", year);
        await stage.DoAsync("name-change", "submit", "pre-check");
    }

    /// <summary>Data that is shared without conditions: the pre-check grants it.</summary>
    async Task GrantAtOnceAsync()
    {
        foreach (var (department, name, period) in new[] { (CivilAffairs, "branch-register", year), (SocialSecurity, "employer-check", year), (ResidentRegistration, "address-check", tenDays) })
        {
            await stage.DraftAsync(department, name, period);
            await stage.DoAsync(name, "submit", "pre-check");
        }
    }

    async Task RefuseByLawAsync()
    {
        await stage.DraftAsync(MarketRegulation, "wage-audit", year);
        await stage.DoAsync("wage-audit", "submit", "pre-check");
    }

    /// <summary>Less than was asked for: fewer fields, a mask, one district, half a year. For one system of the department only.</summary>
    async Task NarrowAsync()
    {
        var registered = await cast.Officer(SocialSecurity).PostAsync("systems", new { name = "Allowance desk", department = SocialSecurity }, cancellationToken);
        System = new DemoSystem(registered.GetProperty("id").GetString()!, registered.GetProperty("clientId").GetString()!, registered.GetProperty("secret").GetString()!);
        var similar = await cast.Officer(SocialSecurity).GetAsync("similar?title=People+in+the+districts&fields=name,bornOn,division,address", cancellationToken);
        stage.Say($"Before it asks, {SocialSecurity} looks for what there is already: {string.Join(", ", similar.GetProperty("items").EnumerateArray().Take(2).Select(item => item.GetProperty("dataset").GetString()))}");

        await stage.DraftAsync(SocialSecurity, "benefit-check", year, application => application["system"] = System.Caller);
        await stage.DoAsync("benefit-check", "submit", "pre-check");
        var terms = JsonObject.Create(stage.Request("benefit-check").Asked)!;
        terms["fields"] = new JsonArray("/residentId", "/name", "/bornOn", "/division");
        terms["masks"] = new JsonObject { ["/bornOn"] = "year" };
        terms["rows"] = new JsonArray(new JsonObject { ["field"] = "/division", ["op"] = "eq", ["values"] = new JsonArray(District.Code) });
        terms["until"] = stage.Now + (year / 2);
        await stage.SayAsync("benefit-check", "approve", new { terms, reason = "Without sex and street, births as years, the one district that pays the allowance, half a year first" });
        await stage.DoAsync("benefit-check", "agree", "verify");
    }

    async Task ReturnAskExtendAsync()
    {
        await stage.DraftAsync(CivilAffairs, "marriage-check", year, application => application["retention"] = "Kept");
        await stage.DoAsync("marriage-check", "submit");
        object[] missing = [new { pointer = "/retention", message = "does not say for how long" }, new { pointer = "/retention", message = "does not say how it is erased" }];
        await stage.SayAsync("marriage-check", "return", new { missing });
        await stage.AmendAsync("marriage-check", year);
        await stage.DoAsync("marriage-check", "submit", "pre-check");
        await stage.SayAsync("marriage-check", "ask", "Would the year of birth do?");
        await stage.SayAsync("marriage-check", "answer", "No: the law names the birthday");
        await stage.SayAsync("marriage-check", "extend", "The register's counsel is to be heard");
    }

    /// <summary>Two refusals that are appealed against: one stands, the other does not.</summary>
    async Task AppealAsync()
    {
        await stage.DraftAsync(CivilAffairs, "care-leave", year);
        await stage.DoAsync("care-leave", "submit", "pre-check");
        await stage.SayAsync("care-leave", "refuse", "Carers can be asked for their contracts");
        await stage.SayAsync("care-leave", "appeal", "Contracts do not say whether they still run");
        await stage.SayAsync("care-leave", "uphold", "The scheme covers forty people; asking them is the lesser means");

        await stage.DraftAsync(SocialSecurity, "survivor-pension", year);
        await stage.DoAsync("survivor-pension", "submit", "pre-check");
        await stage.SayAsync("survivor-pension", "refuse", "Survivors can bring the certificate");
        await stage.SayAsync("survivor-pension", "appeal", "They need not bring what another department holds");
        await stage.SayAsync("survivor-pension", "overturn", "Nobody is asked for papers that the city holds; look-ups only would do as well");
    }

    /// <summary>A consumer says that a record is wrong, and the steward finds that it is.</summary>
    async Task CorrectAsync()
    {
        var raised = await cast.Officer(CivilAffairs).PostAsync(
            "datasets/companies/corrections",
            new { key = WrongCompany, field = "/registeredCapital", statement = "The articles of association on file here name a higher capital" }, cancellationToken);
        Correction = raised.GetProperty("id").GetString()!;
        Tell("raise", $"it-staff of {CivilAffairs}", raised);
        foreach (var verb in new[] { "verify", "confirm" })
            Tell(verb, $"steward of {MarketRegulation}", await cast.Steward(MarketRegulation).PostAsync($"corrections/{Correction}/{verb}", cancellationToken));

        void Tell(string verb, string who, JsonElement correction) => stage.Say($"{"a correction",-18}{verb,-11}{who,-36}{correction.GetProperty("state").GetString()}");
    }
}

/// <summary>A system with its client credentials.</summary>
sealed record DemoSystem(string Id, string ClientId, string Secret)
{
    /// <summary>What requests and grants call it.</summary>
    public string Caller => $"system:{Id}";
}
