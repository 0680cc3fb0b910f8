using System.Globalization;
using System.Text;

namespace Exchange.Hub.Demo.City;

/// <summary>A household that receives subsistence allowance.</summary>
sealed record Allowance(string Number, Person Head, int Members, string Category, decimal Monthly, DateOnly ApprovedOn, string Address);

/// <summary>
/// Civil affairs: one CSV, exported by hand from a Windows program over the file of the day before: byte order mark,
/// Windows line ends, everything in quotes, line breaks inside addresses, amounts with thousands separators.
/// </summary>
sealed class CivilAffairs(Census census, string folder) : IIsland
{
    const string UnderReview = "审核中";
    const string HeadColumn = "户主身份证号";
    const string HeadColumnRenamed = "户主证件号码";

    readonly Register<Allowance> register = new(
        "allowance", census.People / 3, new Pace(Changed: 10, Gone: 4, New: 4), Find, Change, allowance => allowance.Number);

    public string Dataset => "households";

    public RunCounts Expect(int before, int day, Mishap mishap = Mishap.None)
    {
        var now = register.On(day).ToLookup(IsPublished);
        return RunCounts.Of(register.Compare(register.On(before).Where(IsPublished), now[true]), now[false].Count());
    }

    public void Write(int day, Mishap mishap = Mishap.None) => NightlyFile.Replace(Path.Combine(folder, "subsistence-households.csv"), day, draft =>
    {
        using var file = new StreamWriter(draft, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)) { NewLine = "\r\n" };
        WriteRow(file, ["家庭编号", "户主姓名", mishap == Mishap.RenamedColumn ? HeadColumnRenamed : HeadColumn, "家庭人口", "救助类别", "月保障金", "审批日期", "联系地址"]);
        foreach (var allowance in register.On(day))
            WriteRow(file, Row(allowance));
    });

    // What is still under review is not granted: the mapping filters it out.
    static bool IsPublished(Allowance allowance) => allowance.Category != UnderReview;

    static Allowance? Find(int number)
    {
        var dice = new Dice("allowance", number);
        var head = Census.Person(number * 3);
        if (head.AgeOn(Census.FirstDay) < 18)
            return null;
        return new Allowance(
            $"MW-{number:000000}", head, 1 + dice.Below(6), dice.Chance(25) ? UnderReview : dice.Pick(["城市低保", "农村低保", "特困供养"]),
            600 + (dice.Below(9000) / 4m), dice.Day(new DateOnly(2015, 1, 1), Census.FirstDay), Words.Address(dice, head.District) + (dice.Chance(150) ? "\n请先电话联系" : ""));
    }

    // A higher allowance makes each version differ from all before it.
    static Allowance Change(Allowance allowance, Dice dice, DateOnly today) => allowance with { Monthly = allowance.Monthly + 35.5m };

    static string[] Row(Allowance allowance) =>
    [
        allowance.Number, allowance.Head.Name, allowance.Head.Id, allowance.Members.ToString(CultureInfo.InvariantCulture), allowance.Category,
        allowance.Monthly.ToString("#,##0.00", CultureInfo.InvariantCulture), allowance.ApprovedOn.ToString("yyyy年M月d日", CultureInfo.InvariantCulture), allowance.Address,
    ];

    static void WriteRow(StreamWriter file, string[] cells) => file.WriteLine($"\"{string.Join("\",\"", cells)}\"");
}
