using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class StreamingFallbackTests
{
    [Test]
    public void ErrorsComeWithTheRecordsIndexAndPlaceAndWithoutTheValue()
    {
        using var fallback = new StreamingFallback("""{"properties":{"a b":{"items":{"properties":{"c":{"pattern":"^x$"}}}}},"required":["id"]}"""u8.ToArray());
        var errors = new List<FallbackError>();
        Assert.That(fallback.Validate("""{"id":1}"""u8, errors), Is.True);
        Assert.That(fallback.Validate("""{"id":2,"a b":[{},{"c":"SECRET"}]}"""u8, errors), Is.False);
        Assert.That(fallback.Validate("{}"u8, errors), Is.False);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(errors.Select(e => e.RecordIndex), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(errors[0].Error, Has.Property("InstancePointer").EqualTo("/a b/1/c").And.Property("Keyword").EqualTo("pattern"));
            Assert.That(errors[1].Error, Has.Property("InstancePointer").EqualTo("").And.Property("Keyword").EqualTo("required"));
            Assert.That(errors.Select(e => e.ToString()), Has.None.Contains("SECRET"));
        }
    }

    [Test]
    public void AStreamOfManyRecordsIsOneValidationOfTheQuota()
    {
        using var fallback = new StreamingFallback("""{"type":"integer"}"""u8.ToArray());
        var errors = new List<FallbackError>();
        for (var i = 0; i < 3_000; i++)
            fallback.Validate(i % 1_000 == 999 ? "\"x\""u8 : "1"u8, errors);
        Assert.That(fallback.Unavailable, Is.Null);
        Assert.That(errors.Select(e => e.RecordIndex), Is.EqualTo(new long[] { 999, 1_999, 2_999 }));
    }

    [Test]
    public void AUsedUpQuotaStopsNothing()
    {
        // The quota is counted per loaded copy of the library: a copy of its own spares the other tests'.
        var copy = new AssemblyLoadContext("quota", isCollectible: true);
        copy.Resolving += (context, name) =>
            Path.Combine(AppContext.BaseDirectory, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        foreach (var name in new[] { "Newtonsoft.Json.Schema", "Exchange.Engine", "Exchange.Engine.Tests" })
            copy.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        var probe = copy.Assemblies.Single(a => a.GetName().Name == "Exchange.Engine.Tests").GetType(typeof(StreamingFallbackTests).FullName!)!
            .GetMethod(nameof(UseUpTheQuota), BindingFlags.NonPublic | BindingFlags.Static)!;
        var outcome = (string)probe.Invoke(null, null)!;
        copy.Unload();
        Assert.That(outcome, Does.StartWith("True Newtonsoft.Json.Schema stopped at record 0").And.EndsWith("Register a licence key to have records double-checked."));
    }

    static string UseUpTheQuota()
    {
        for (var i = 0; i < 1_100; i++)
        {
            using var fallback = new StreamingFallback(Encoding.UTF8.GetBytes("""{"type":"integer"}"""));
            var passed = fallback.Validate("\"x\""u8, []);
            if (fallback.Unavailable is not null)
                return $"{passed} {fallback.Unavailable}";
        }
        return "the quota was not used up";
    }

    [Test]
    public void ALicenceKeyThatIsNoneIsRefused() =>
        Assert.That(() => NewtonsoftSchemaLicense.Register("no key"), Throws.ArgumentException.With.Message.Contains("not valid"));
}
