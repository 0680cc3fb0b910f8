using System.Text.Json;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class OptionSetTests
{
    static readonly OptionSet Options = OptionSet.Of(typeof(Sample));

    [Test]
    public void Binds_every_type_of_option()
    {
        var (record, problems) = Bind("""{ "host": "h", "port": 1, "limit": 5000000000, "strict": true, "level": "very-high", "names": ["a"], "password": "p" }""");
        Assert.That(problems, Is.Empty);
        Assert.That(record, Is.EqualTo(new Sample { Host = "h", Port = 1, Limit = 5_000_000_000, Strict = true, Level = Level.VeryHigh, Names = record.Names, Password = "p" }));
        Assert.That(record.Names, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Leaves_defaults_where_nothing_or_null_is_given() =>
        Assert.That(Bind("""{ "host": "h", "port": null }""").Record.Port, Is.EqualTo(80));

    [TestCase("""{ }""", "/o/host: \"host\" is required: give a text. Where it is.")]
    [TestCase("""{ "host": "" }""", "/o/host: \"host\" must be a text; found \"\".")]
    [TestCase("""{ "host": "h", "prot": 1 }""", "/o/prot: There is no option \"prot\". Did you mean \"port\"?")]
    [TestCase("""{ "host": "h", "zzzzzz": 1 }""", "/o/zzzzzz: There is no option \"zzzzzz\". Options are: host, port, limit, strict, level, names, password.")]
    [TestCase("""{ "host": "h", "port": 70000 }""", "/o/port: \"port\" must be a whole number from 1 to 65535; found 70000.")]
    [TestCase("""{ "host": "h", "port": "80" }""", "/o/port: \"port\" must be a whole number from 1 to 65535; found \"80\".")]
    [TestCase("""{ "host": "h", "port": 1.5 }""", "/o/port: \"port\" must be a whole number from 1 to 65535; found 1.5.")]
    [TestCase("""{ "host": "h", "level": "highest" }""", "/o/level: \"level\" must be one of low, very-high; found \"highest\".")]
    [TestCase("""{ "host": "h", "names": ["a", 1] }""", "/o/names: \"names\" must be a list of texts; found [\"a\",1].")]
    [TestCase("""{ "host": "h", "strict": "yes" }""", "/o/strict: \"strict\" must be true or false; found \"yes\".")]
    [TestCase("""{ "host": "h", "password": 12345 }""", "/o/password: \"password\" must be a text; what was given is something else.")]
    [TestCase("""[]""", "/o: Expected an object with options, found [].")]
    [TestCase("""{ "host": "same", "password": "same" }""", "/o/password: must differ from host")]
    public void Says_what_is_wrong_and_what_is_allowed(string given, string problem) =>
        Assert.That(Bind(given).Problems.Select(each => each.ToString()), Is.EqualTo(new[] { problem }));

    [Test]
    public void Reports_everything_that_is_wrong_at_once() =>
        Assert.That(Bind("""{ "port": 0, "strict": 1, "x": 1 }""").Problems, Has.Count.EqualTo(4));

    [Test]
    public void Redacts_secrets_and_whatever_it_does_not_know()
    {
        var redacted = Options.Redact(JsonDocument.Parse("""{ "host": "h", "password": "p", "pasword": "p" }""").RootElement);
        Assert.That(redacted.ToJsonString(Reading.Readable), Is.EqualTo("""{"host":"h","password":"•••","pasword":"•••"}"""));
        Assert.That(Options.SecretNames, Is.EqualTo(new[] { "password" }));
    }

    [Test]
    public void Writes_the_schema_of_the_form_with_secrets_write_only()
    {
        var schema = Options.JsonSchema();
        Assert.That(schema["required"]!.ToJsonString(), Is.EqualTo("""["host"]"""));
        Assert.That(schema["properties"]!["password"]!["writeOnly"]!.GetValue<bool>(), Is.True);
        Assert.That(schema["properties"]!["port"]!.ToJsonString(), Is.EqualTo("""{"description":"At which port.","type":"integer","minimum":1,"maximum":65535,"default":80}"""));
        Assert.That(schema["properties"]!["level"]!["enum"]!.ToJsonString(), Is.EqualTo("""["low","very-high"]"""));
    }

    [Test]
    public void A_default_of_a_secret_is_never_shown() =>
        Assert.That(Options.JsonSchema().ToJsonString() + Options.MarkdownTable(), Does.Not.Contain("hunter2"));

    [Test]
    public void A_type_that_no_option_can_have_is_a_bug_of_the_plugin() =>
        Assert.That(() => OptionSet.Of(typeof(WrongSample)), Throws.TypeOf<ConnectorException>().With.Property("Kind").EqualTo(ConnectorErrorKind.Bug));

    static (Sample Record, List<OptionProblem> Problems) Bind(string given)
    {
        var problems = new List<OptionProblem>();
        return ((Sample)Options.Bind(JsonDocument.Parse(given).RootElement, "/o", problems), problems);
    }

    enum Level
    {
        Low,
        VeryHigh,
    }

    sealed record Sample : IOptionRules
    {
        [Option("Where it is.", Required = true)]
        public string Host { get; init; } = "";

        [Option("At which port.", Minimum = 1, Maximum = 65535)]
        public int Port { get; init; } = 80;

        [Option("How much.")]
        public long? Limit { get; init; }

        [Option("Whether strict.")]
        public bool Strict { get; init; }

        [Option("How high.")]
        public Level Level { get; init; }

        [Option("Which.")]
        public string[] Names { get; init; } = [];

        [Option("Password.", Secret = true)]
        public string? Password { get; init; } = "hunter2";

        public IEnumerable<(string Option, string Message)> BrokenRules()
        {
            if (Host == Password)
                yield return ("password", "must differ from host");
        }
    }

    sealed record WrongSample
    {
        [Option("When.")]
        public DateTime When { get; init; }
    }
}
