using System.Globalization;
using System.Text;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class OfficialSuiteTests
{
    static readonly DocumentLimits Limits = new() { AllowNul = true };

    static readonly SchemaDraft[] Drafts = [SchemaDraft.Draft202012, SchemaDraft.Draft7];

    /// <summary>Outcome of one group of tests.</summary>
    sealed record Outcome(int ByPlan, int ByFallback, IReadOnlyList<string> Failures);

    static IEnumerable<TestCaseData> RequiredFiles() => Drafts.SelectMany(d => OfficialSuite.Files(d).Select(f => new TestCaseData(d, f)));

    [TestCaseSource(nameof(RequiredFiles))]
    public void EveryRequiredTestPasses(SchemaDraft draft, string file)
    {
        OfficialSuite.Require();
        Assert.That(OfficialSuite.Groups(draft, "", file).SelectMany(g => Run(g, assertFormat: false).Failures), Is.Empty);
    }

    [Test]
    public void TheReadmeTellsTheCountsAsTheyAre()
    {
        OfficialSuite.Require();
        var table = new StringBuilder();
        foreach (var draft in Drafts)
            WriteTable(draft, table);
        TestContext.Out.WriteLine(table);
        Assert.That(ReadmeTable(), Is.EqualTo(table.ToString().Trim()), "Copy the printed table into src/Exchange.Engine/Schemas/README.md.");
    }

    static void WriteTable(SchemaDraft draft, StringBuilder table)
    {
        var name = draft == SchemaDraft.Draft7 ? "draft7" : "draft2020-12";
        var required = OfficialSuite.Files(draft).SelectMany(f => OfficialSuite.Groups(draft, "", f)).Select(g => Run(g, assertFormat: false)).ToArray();
        table.Append(CultureInfo.InvariantCulture, $"**{name}**: {required.Sum(Total)} required, {required.Sum(o => o.ByPlan)} by plan, {required.Sum(o => o.ByFallback)} by fallback, {required.Sum(o => o.Failures.Count)} failed\n\n");
        table.Append("| optional | tests | by plan | by fallback | failed |\n|---|---|---|---|---|\n");
        foreach (var (folder, assertFormat) in new[] { ("optional", false), ("optional/format", true) })
        {
            foreach (var file in OfficialSuite.Files(draft, folder))
                WriteRow($"{folder}/{file}", OfficialSuite.Groups(draft, folder, file).Select(g => Run(g, assertFormat)).ToArray(), table);
        }
        table.Append('\n');
    }

    static void WriteRow(string name, Outcome[] outcomes, StringBuilder table) => table.Append(
        CultureInfo.InvariantCulture,
        $"| {name["optional/".Length..].Replace(".json", "", StringComparison.Ordinal)} | {outcomes.Sum(Total)} | {outcomes.Sum(o => o.ByPlan)} | {outcomes.Sum(o => o.ByFallback)} | {string.Join("; ", outcomes.SelectMany(o => o.Failures).Select(f => f.Replace("|", "\\|", StringComparison.Ordinal)))} |\n");

    static int Total(Outcome outcome) => outcome.ByPlan + outcome.ByFallback + outcome.Failures.Count;

    static string ReadmeTable()
    {
        var readme = File.ReadAllText(Path.Combine(Corpora.Repository, "src", "Exchange.Engine", "Schemas", "README.md"));
        const string begin = "<!-- suite -->", end = "<!-- /suite -->";
        return readme[(readme.IndexOf(begin, StringComparison.Ordinal) + begin.Length)..readme.IndexOf(end, StringComparison.Ordinal)].Trim();
    }

    /// <summary>The plan alone where it covers the schema, else with the fallback, as a run would do it.</summary>
    static Outcome Run(OfficialSuite.Group group, bool assertFormat)
    {
        var options = new SchemaPlanOptions { DefaultDraft = group.Draft, Resolver = OfficialSuite.Resolve, AssertFormat = assertFormat, AllowBacktracking = true, Limits = Limits };
        var plan = SchemaPlan.Compile(group.Schema, options);
        var validator = plan.CreateValidator();
        using var fallback = plan.Uncovered.Count == 0 ? null : new StreamingFallback(Encoding.UTF8.GetBytes(group.Schema.GetRawText()), OfficialSuite.Resolve);
        string[] failures = [.. group.Cases.Where(c => !IsRight(c)).Select(c => $"{group.Description}: {c.Description}")];
        var passed = group.Cases.Count - failures.Length;
        return new Outcome(fallback is null ? passed : 0, fallback is null ? 0 : passed, failures);

        bool IsRight(OfficialSuite.Case test)
        {
            var byPlan = validator.Validate(test.Instance, []);
            if (byPlan != validator.IsValid(test.Instance))
                return false;
            if (fallback is null)
                return byPlan == test.Valid;
            var byFallback = fallback.Validate(test.Instance, []);
            return (byFallback && (byPlan || !plan.CoversEdition)) == test.Valid;
        }
    }
}
