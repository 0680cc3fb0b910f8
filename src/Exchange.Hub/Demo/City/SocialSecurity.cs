using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Exchange.Hub.Demo.City;

/// <summary>A person's social insurance through an employer.</summary>
sealed record Insurance(
    string Number, Person Person, Firm Employer, string Kinds, DateOnly StartedOn, DateOnly? EndedOn, long MonthlyBaseInFen, int MonthsPaid, string Status)
{
    /// <summary>The key of the published record.</summary>
    public string Key => $"{Person.Id}|{Employer.Code}|{StartedOn}";
}

/// <summary>
/// Social security: a drop folder with a gzipped GB18030 CSV of the day under Chinese headings, money in fen, and a
/// corrected second file on some days. At midnight the folder is moved to the archive, so it is empty until the night's
/// job has written the new file.
/// </summary>
sealed class SocialSecurity(Census census, string folder) : IIsland
{
    const string Announced = "9";
    const string Ended = "3";
    const string Headings = "个人编号,姓名,证件号码,单位信用代码,单位名称,险种,参保日期,终止日期,缴费基数,累计月数,参保状态,参保地";

    readonly Register<Insurance> register = new(
        "insurance", census.People, new Pace(Changed: 12, Gone: 3, New: 5), number => Find(number, census), Change, insurance => insurance.Key);

    static Encoding Gb18030 { get; } = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    public string Dataset => "employments";

    /// <summary>How many rows of a bad day are set aside, by reason.</summary>
    public static IReadOnlyDictionary<string, int> BadRowReasons { get; } = BadRows(1).CountBy(bad => bad.Reason).ToDictionary();

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

        var path = string.Create(CultureInfo.InvariantCulture, $"{drop.FullName}/shbx_{Census.DateOf(day):yyyyMMdd}.csv.gz");
        var rows = register.On(day).Select(Row);
        if (mishap == Mishap.Late)
            NightlyFile.Replace(path + ".part", day, draft => WriteRows(draft, rows.Take(1000)));
        else
            NightlyFile.Replace(path, day, draft => WriteRows(draft, mishap == Mishap.BadRows ? rows.Concat(BadRows(day).Select(bad => bad.Row)) : rows));
    }

    // What an employer has only announced is nobody's insurance yet: the mapping filters it out.
    static bool IsPublished(Insurance insurance) => insurance.Status != Announced;

    static Insurance? Find(int number, Census census)
    {
        var dice = new Dice("insurance", number);
        var person = Census.Person(number);
        if (person.AgeOn(Census.FirstDay) is < 19 or > 60)
            return null;
        var startedOn = dice.Day(person.Birth.AddYears(18), Census.FirstDay);
        var status = dice.Chance(40) ? Announced : dice.Pick(["1", "1", "1", "1", "2", Ended]);
        return new Insurance(
            $"P{number:0000000}", person, Census.Firm(dice.Below(census.Companies)), dice.Pick(["110;310", "110;210;310;410;510", "110"]), startedOn,
            status == Ended ? dice.Day(startedOn, Census.FirstDay) : null, 400_000 + (dice.Below(2000) * 1_000L), dice.Below(300), status);
    }

    // Another month paid makes each version differ from all before it.
    static Insurance Change(Insurance insurance, Dice dice, DateOnly today) =>
        insurance with { MonthsPaid = insurance.MonthsPaid + 1, MonthlyBaseInFen = insurance.MonthlyBaseInFen + 1_234 };

    static string Row(Insurance insurance) => string.Create(CultureInfo.InvariantCulture,
        $"{insurance.Number},{insurance.Person.Name},{insurance.Person.Id},{insurance.Employer.Code},{insurance.Employer.Name},{insurance.Kinds},{insurance.StartedOn:yyyy/MM/dd},{insurance.EndedOn:yyyy/MM/dd},{insurance.MonthlyBaseInFen},{insurance.MonthsPaid},{insurance.Status},{insurance.Person.District.Code}");

    /// <summary>Rows of new people that each break one rule, with the reason for which the hub sets them aside.</summary>
    static List<(string Reason, string Row)> BadRows(int day)
    {
        const int id = 2, employer = 3, startedOn = 6, status = 10;
        var firm = Census.Firm(day);
        var rows = new List<(string, string)>();
        Add(6, "invalid-date", cells => cells[startedOn] = "2025/02/30");
        Add(5, "wrong-check-digit", cells => cells[id] = Identifiers.WithWrongCheck(cells[id]));
        Add(3, "wrong-check-digit", cells => cells[employer] = Identifiers.WithWrongCheck(cells[employer]));
        Add(2, "missing-key", cells => cells[id] = "");
        Add(2, "lookup-miss", cells => cells[status] = "7");
        Add(1, "malformed-row", cells => cells[status] = "1,补录,王科长");
        return rows;

        void Add(int count, string reason, Action<string[]> spoil)
        {
            for (; count > 0; count--)
            {
                var person = Census.Person(5_000_000 + rows.Count);
                var cells = Row(new Insurance($"X{day:0000}{rows.Count:00}", person, firm, "110", new DateOnly(2025, 2, 1), null, 650_000, 1, "1")).Split(',');
                spoil(cells);
                rows.Add((reason, string.Join(',', cells)));
            }
        }
    }

    static void WriteRows(string path, IEnumerable<string> rows)
    {
        using var file = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest), Gb18030) { NewLine = "\n" };
        file.WriteLine(Headings);
        foreach (var row in rows)
            file.WriteLine(row);
    }
}
