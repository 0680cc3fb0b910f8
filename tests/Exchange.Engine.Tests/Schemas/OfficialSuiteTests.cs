using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class OfficialSuiteTests
{
    static readonly DocumentLimits Limits = new() { AllowNul = true };

    static IEnumerable<TestCaseData> RequiredFiles() =>
        new[] { SchemaDraft.Draft202012, SchemaDraft.Draft7 }.SelectMany(d => OfficialSuite.Files(d).Select(f => new TestCaseData(d, f)));

    [TestCaseSource(nameof(RequiredFiles))]
    public void EveryRequiredTestPassesByThePlan(SchemaDraft draft, string file)
    {
        OfficialSuite.Require();
        var failures = OfficialSuite.Groups(draft, "", file).SelectMany(g => Failures(g, assertFormat: false)).ToArray();
        Assert.That(failures, Is.Empty);
    }

    static IEnumerable<string> Failures(OfficialSuite.Group group, bool assertFormat)
    {
        SchemaValidator validator;
        try
        {
            var options = new SchemaPlanOptions { DefaultDraft = group.Draft, Resolver = OfficialSuite.Resolve, AssertFormat = assertFormat, Limits = Limits };
            validator = SchemaPlan.Compile(group.Schema, options).CreateValidator();
        }
        catch (SchemaException error)
        {
            return group.Cases.Select(c => $"{group.Description}: {c.Description}: {error.Message}");
        }
        return group.Cases
            .Where(c => validator.Validate(c.Instance, []) != c.Valid || validator.IsValid(c.Instance) != c.Valid)
            .Select(c => $"{group.Description}: {c.Description}");
    }
}
