using System.IO.Compression;
using System.Text;
using Exchange.Hub.Demo.City;
using Microsoft.Data.Sqlite;

namespace Exchange.Hub.Tests.Demo;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CityStoryTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-city-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_same_day_is_written_the_same_way_every_time()
    {
        string[] copies = [Path.Combine(folder, "a"), Path.Combine(folder, "b")];
        foreach (var copy in copies)
            WriteAll(new CityStory(copy, people: 500), day: 2);
        foreach (var file in Directory.EnumerateFiles(copies[0], "*", SearchOption.AllDirectories))
        {
            var twin = Path.Combine(copies[1], Path.GetRelativePath(copies[0], file));
            Assert.That(File.ReadAllBytes(twin), Is.EqualTo(File.ReadAllBytes(file)), file);
        }
    }

    [Test]
    public void A_day_does_not_depend_on_the_days_written_before_it()
    {
        var city = new CityStory(folder, people: 500);
        WriteAll(city, day: 5);
        var direct = Residents();
        WriteAll(city, day: 1);
        WriteAll(city, day: 5);
        Assert.That(Residents(), Is.EqualTo(direct));
    }

    [Test]
    public void The_counts_expected_of_a_second_day_are_the_differences_between_the_files()
    {
        var city = new CityStory(folder, people: 3000);
        WriteAll(city, day: 1);
        var before = Residents().ToDictionary(row => row.Split(';')[0]);
        WriteAll(city, day: 2);
        var now = Residents().ToDictionary(row => row.Split(';')[0]);
        var updated = now.Count(row => before.TryGetValue(row.Key, out var old) && old != row.Value);

        var expected = new RunCounts(
            now.Count, now.Keys.Except(before.Keys).Count(), updated, now.Count(row => before.GetValueOrDefault(row.Key) == row.Value),
            before.Keys.Except(now.Keys).Count(), Filtered: 0, Rejected: 0);
        Assert.That(city.Residents.Expect(1, 2), Is.EqualTo(expected));
        Assert.That(expected.Added * expected.Updated * expected.Deleted, Is.GreaterThan(0), "a day on which nothing happens tests nothing");
    }

    [Test]
    public void Every_resident_and_company_of_the_city_has_its_own_identifier_with_a_right_check_digit()
    {
        WriteAll(new CityStory(folder, people: 3000), day: 1);
        var residents = Residents().Select(row => row.Split(';')[0]).ToList();
        var companies = CompanyCodes();
        Assert.That(residents, Is.Unique);
        Assert.That(residents.Where(id => !id.StartsWith("99", StringComparison.Ordinal) || !IsIso7064Mod11(id)), Is.Empty);
        Assert.That(companies, Is.Unique);
        Assert.That(companies.Where(code => code[2..4] != "99" || !IsMod31(code)), Is.Empty);
    }

    // The examples printed in the standards.
    [TestCase("11010519491231002", 'X')]
    [TestCase("44052418800101001", '4')]
    public void A_resident_id_ends_in_the_check_character_of_the_standard(string digits, char expected) =>
        Assert.That(Identifiers.ResidentCheck(digits), Is.EqualTo(expected));

    [TestCase("91350100M000100Y4", '3')]
    public void A_credit_code_ends_in_the_check_character_of_the_standard(string code, char expected) =>
        Assert.That(Identifiers.CreditCheck(code), Is.EqualTo(expected));

    [TestCase("D2143569", 'X')]
    public void An_organisation_code_ends_in_the_check_character_of_the_standard(string body, char expected) =>
        Assert.That(Identifiers.OrganisationCheck(body), Is.EqualTo(expected));

    [Test]
    public void The_social_security_file_keeps_names_that_only_GB18030_can_write()
    {
        var city = new CityStory(folder, people: 3000);
        city.Employments.Write(1);
        Assert.That(Employments(), Does.Contain("䶮").And.Contain("单位信用代码"));
    }

    [Test]
    public void A_late_file_is_not_in_the_drop_until_it_is_whole()
    {
        var city = new CityStory(folder, people: 500);
        city.Employments.Write(1);
        city.Employments.Write(2, Mishap.Late);
        Assert.That(Drop("*.csv.gz"), Is.Empty);
        Assert.That(Drop("*.part"), Has.Length.EqualTo(1));
        city.Employments.Write(2);
        Assert.That(Drop("*"), Has.Length.EqualTo(1).And.All.EndsWith(".csv.gz"));
    }

    static void WriteAll(CityStory city, int day)
    {
        foreach (var island in city.Islands)
            island.Write(day);
    }

    List<string> Residents()
    {
        using var zip = ZipFile.OpenRead(Path.Combine(folder, "resident-registration", "residents.zip"));
        return [.. zip.Entries.SelectMany(Rows)];

        static string[] Rows(ZipArchiveEntry entry)
        {
            using var reader = new StreamReader(entry.Open(), Encoding.Unicode);
            return reader.ReadToEnd().Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        }
    }

    List<string> CompanyCodes()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "market-regulation", "registry.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select TYSHXYDM from QY_JBXX";
        using var reader = command.ExecuteReader();
        var codes = new List<string>();
        while (reader.Read())
            codes.Add(reader.GetString(0));
        return codes;
    }

    string Employments()
    {
        using var reader = new StreamReader(
            new GZipStream(File.OpenRead(Drop("*.csv.gz").Single()), CompressionMode.Decompress), CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!);
        return reader.ReadToEnd();
    }

    string[] Drop(string pattern) => Directory.GetFiles(Path.Combine(folder, "social-security", "drop"), pattern);

    // Slow and obvious: a whole id is right when its digits, weighted by the powers of 2, sum to 1 modulo 11 (ISO 7064 MOD 11-2).
    static bool IsIso7064Mod11(string id) =>
        id.Reverse().Select((c, place) => (c == 'X' ? 10 : c - '0') * (1L << place)).Sum() % 11 == 1;

    // The same for GB 32100: the check character, weighted 1, completes the sum weighted by powers of 3 to a multiple of 31.
    static bool IsMod31(string code)
    {
        var values = code.Select(c => (long)"0123456789ABCDEFGHJKLMNPQRTUWXY".IndexOf(c, StringComparison.Ordinal)).ToList();
        return (values.Take(17).Select((value, place) => value * (long)Math.Pow(3, place)).Sum() + values[17]) % 31 == 0;
    }
}
