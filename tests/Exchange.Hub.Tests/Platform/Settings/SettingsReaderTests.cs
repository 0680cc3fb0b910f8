using System.Collections;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class SettingsReaderTests
{
    readonly TemporaryFolder folder = new();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void Flags_win_over_the_environment_over_the_file_over_the_defaults()
    {
        File.WriteAllText(folder.Of("exchange.json"), """{ "workers": 3, "runMemoryMiB": 600, "timeZone": "Asia/Shanghai", }""");
        var environment = new Hashtable { ["EXCHANGE_WORKERS"] = "4", ["EXCHANGE_RUN_MEMORY_MIB"] = "700" };

        var options = SettingsReader.Read(["--workers", "5"], environment, folder.Path);

        Assert.That((options.Workers, options.RunMemoryMiB, options.TimeZone, options.Urls), Is.EqualTo((5, 700, "Asia/Shanghai", new HubOptions().Urls)));
    }

    [TestCase("--install-postgres", ExpectedResult = true)]
    [TestCase("--install-postgres --workers 4", ExpectedResult = true)]
    [TestCase("--install-postgres=false", ExpectedResult = false)]
    [TestCase("--install-postgres false", ExpectedResult = false)]
    public bool A_switch_may_stand_alone_or_have_a_value(string flags) => Read(flags).InstallPostgres;

    [TestCase("--worker 4", "--worker is not a flag of the hub; it knows --settings, --connection-string")]
    [TestCase("--workers", "--workers needs a value")]
    [TestCase("--smtp-host mail.example", "smtpHost is set without an address in mailFrom")]
    [TestCase("--smtp-host mail.example --mail-from Exchange", "smtpHost is set without an address in mailFrom")]
    [TestCase("--smtp-ca-file nowhere.pem", "smtpCaFile: nowhere.pem cannot be read as certificates")]
    [TestCase("--smtp-ca-file /dev/null", "smtpCaFile: /dev/null holds no certificate")]
    [TestCase("--workers 0", "--workers: \"0\" will not do for workers; give a whole number from 1 to 64.")]
    [TestCase("--workers 4.5", "a whole number from 1 to 64")]
    [TestCase("--log-level loud", "one of debug, information, warning, error")]
    [TestCase("--install-postgres=perhaps", "true or false")]
    [TestCase("--time-zone Mars/Olympus", "timeZone \"Mars/Olympus\" is not known")]
    [TestCase("--owner-connection-string Host=x", "without connectionString")]
    [TestCase("--settings nowhere.json", "nowhere.json cannot be read as settings")]
    [TestCase("--password-sign-in false", "nobody new could sign in")]
    [TestCase("--oidc-authority http://login.city.example --oidc-client-id hub", "begins with https://")]
    [TestCase("--oidc-authority https://login.city.example", "without oidcClientId")]
    [TestCase("--oidc-authority https://login.city.example --oidc-client-id hub --oidc-scopes email", "lacks openid")]
    [TestCase("--public-address https://exchange.city.example/hub", "scheme and host alone")]
    public void A_wrong_flag_is_an_error_that_names_it_and_what_would_do(string flags, string expected) =>
        Assert.That(() => Read(flags), Throws.InstanceOf<SettingsException>().With.Message.Contains(expected));

    [TestCase("""{ "worker": 3 }""", "\"worker\" is not a setting; the hub knows connectionString")]
    [TestCase("""{ "workers": "many" }""", "\"many\" will not do for workers")]
    [TestCase("""{ "workers": 3 """, "cannot be read as settings")]
    [TestCase("[]", "cannot be read as settings")]
    public void A_wrong_file_is_an_error_that_names_it(string content, string expected)
    {
        File.WriteAllText(folder.Of("exchange.json"), content);
        Assert.That(() => Read(""), Throws.InstanceOf<SettingsException>().With.Message.Contains(expected).And.Message.Contains("exchange.json"));
    }

    [Test]
    public void The_text_of_a_secret_is_not_repeated_in_an_error()
    {
        var options = Read("--connection-string canary-secret");
        Assert.That(() => DatabaseLogins.From(options), Throws.InstanceOf<SettingsException>().With.Message.Not.Contains("canary"));
        Assert.That(options.ToString(), Does.Not.Contain("canary"));
    }

    [Test]
    public void A_variable_that_means_nothing_is_named_but_does_no_harm()
    {
        var environment = new Hashtable { ["EXCHANGE_PORT"] = "tcp://10.0.0.7:80", ["EXCHANGE_WORKERS"] = "4", ["PATH"] = "/bin" };
        Assert.That(SettingsReader.UnknownVariables(environment), Is.EqualTo(["EXCHANGE_PORT"]));
        Assert.That(SettingsReader.Read([], environment, folder.Path).Workers, Is.EqualTo(4));
    }

    HubOptions Read(string flags) => SettingsReader.Read(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Hashtable(), folder.Path);
}
