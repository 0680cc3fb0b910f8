using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Exchange.Hub.Demo.City;

/// <summary>A person's pension insurance through an employer.</summary>
sealed record Insurance(string Number, Person Person, Firm Employer, DateOnly Since, long MonthlyBaseInFen, string Status);

/// <summary>
/// Social security: a drop folder with a gzipped GB18030 CSV of the day under Chinese headings, money in fen, and a
/// corrected second file on some days. At midnight the folder is moved to the archive, so it is empty until the night's
/// job has written the new file.
/// </summary>
sealed class SocialSecurity(Census census, string folder) : IIsland
{
    const string Suspended = "9";
    const string Headings = "个人编号,姓名,证件号码,单位信用代码,单位名称,参保日期,缴费基数,参保状态";

    readonly Register<Insurance> register = new(
        "insurance", census.People, new Pace(Changed: 12, Gone: 3, New: 5), number => Find(number, census), Change, insurance => insurance.Number);

    static Encoding Gb18030 { get; } = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    public string Dataset => "employments";

    public RunCounts Expect(int before, int day, Mishap mishap = Mishap.None)
    {
        var now = register.On(day).ToLookup(IsPublished);
        return RunCounts.Of(register.Compare(register.On(before).Where(IsPublished), now[true]), now[false].Count(), mishap == Mishap.BadRows ? BadRows(day).Count : 0);
    }

    public void Write(int day, Mishap mishap = Mishap.None)
    {
        var drop = Directory.CreateDirectory(Path.Combine(folder, "drop"));
        var archive = Directory.CreateDirectory(Path.Combine(folder, "archive"));
        foreach (var old in drop.GetFiles())
            old.MoveTo(Path.Combine(archive.FullName, old.Name), overwrite: true);

        var name = string.Create(CultureInfo.InvariantCulture, $"ylbx_{Census.DateOf(day):yyyyMMdd}");
        var rows = register.On(day).Select(Row).ToList();
        if (mishap == Mishap.Late)
        {
            WriteFile(Path.Combine(drop.FullName, name + ".csv.gz.part"), rows.Take(rows.Count / 3));
            return;
        }
        if (mishap == Mishap.BadRows)
            rows.AddRange(BadRows(day));
        WriteFile(Path.Combine(drop.FullName, name + ".csv.gz"), rows);
    }

    // Paused insurance is nobody's employment: the mapping filters it out.
    static bool IsPublished(Insurance insurance) => insurance.Status != Suspended;

    static Insurance? Find(int number, Census census)
    {
        var dice = new Dice("insurance", number);
        var person = Census.Person(number);
        if (person.AgeOn(Census.FirstDay) is < 19 or > 60)
            return null;
        return new Insurance(
            $"P{number:0000000}", person, Census.Firm(dice.Below(census.Companies)), dice.Day(person.Birth.AddYears(18), Census.FirstDay),
            400_000 + (dice.Below(2000) * 1_000L), dice.Chance(40) ? Suspended : dice.Pick(["1", "1", "1", "2"]));
    }

    // A rise of the base makes each version differ from all before it.
    static Insurance Change(Insurance insurance, Dice dice, DateOnly today) =>
        insurance with { MonthlyBaseInFen = insurance.MonthlyBaseInFen + 12_345 };

    static string Row(Insurance insurance) => string.Create(CultureInfo.InvariantCulture,
        $"{insurance.Number},{insurance.Person.Name},{insurance.Person.Id},{insurance.Employer.Code},{insurance.Employer.Name},{insurance.Since:yyyy/MM/dd},{insurance.MonthlyBaseInFen},{insurance.Status}");

    /// <summary>Rows of new people that each break one rule, with numbers that are nobody else's.</summary>
    static List<string> BadRows(int day)
    {
        var number = 0;
        var firm = Census.Firm(day);
        string Next(Func<Person, string> rest) => $"X{day:000}{++number:000},{rest(Census.Person(5_000_000 + number))}";
        string Good(Person person) => $"{person.Name},{person.Id},{firm.Code},{firm.Name},2026/02/01,650000,1";
        return
        [
            .. Enumerable.Range(1, 6).Select(_ => Next(person => Good(person).Replace("2026/02/01", "2026/02/30", StringComparison.Ordinal))),
            .. Enumerable.Range(1, 5).Select(_ => Next(person => Good(person with { Id = Identifiers.WithWrongCheck(person.Id) }))),
            .. Enumerable.Range(1, 3).Select(_ => Next(person => Good(person).Replace(firm.Code, Identifiers.WithWrongCheck(firm.Code), StringComparison.Ordinal))),
            .. Enumerable.Range(1, 2).Select(i => "," + Good(Census.Person(5_900_000 + i))),
            .. Enumerable.Range(1, 2).Select(_ => Next(person => Good(person)[..^1] + "7")),
            Next(person => Good(person) + ",补录,王科长"),
        ];
    }

    static void WriteFile(string path, IEnumerable<string> rows)
    {
        using (var file = new StreamWriter(new GZipStream(File.Create(path + ".new"), CompressionLevel.Fastest), Gb18030) { NewLine = "\n" })
        {
            file.WriteLine(Headings);
            foreach (var row in rows)
                file.WriteLine(row);
        }
        File.Move(path + ".new", path, overwrite: true);
    }
}
