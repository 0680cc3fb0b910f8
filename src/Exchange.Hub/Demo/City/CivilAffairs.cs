using System.Globalization;
using System.Text;

namespace Exchange.Hub.Demo.City;

/// <summary>A marriage or divorce as the civil affairs offices enter it.</summary>
sealed record Registration(string Number, string Event, Person Husband, Person Wife, DateOnly RegisteredOn, District Office, string Status, string Remark);

/// <summary>
/// Civil affairs: one CSV, exported by hand from a Windows program over the file of the day before: byte order mark,
/// Windows line ends, everything in quotes, line breaks inside remarks, dates as 2024年3月5日.
/// </summary>
sealed class CivilAffairs(Census census, string folder) : IIsland
{
    const string UnderReview = "待审核";
    const string HusbandColumn = "男方身份证号";
    const string HusbandColumnRenamed = "男方证件号码";
    const int PeoplePerCouple = 6; // among so many there is nearly always a man and a woman of age
    const int AgeToMarry = 22;

    readonly Register<Registration> register = new(
        "registration", census.People / PeoplePerCouple, new Pace(Changed: 10, Gone: 3, New: 6), Find, Change, registration => registration.Number);

    public string Dataset => "marriages";

    public RunCounts Expect(int before, int day, Mishap mishap = Mishap.None)
    {
        var now = register.On(day).ToLookup(IsPublished);
        return RunCounts.Of(register.Compare(register.On(before).Where(IsPublished), now[true]), now[false].Count());
    }

    public void Write(int day, Mishap mishap = Mishap.None) => NightlyFile.Replace(Path.Combine(folder, "marriages.csv"), day, draft =>
    {
        using var file = new StreamWriter(draft, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)) { NewLine = "\r\n" };
        var husbandColumn = mishap == Mishap.RenamedColumn ? HusbandColumnRenamed : HusbandColumn;
        WriteRow(file, ["登记证字号", "登记类别", "登记日期", "登记机关", "男方姓名", husbandColumn, "女方姓名", "女方身份证号", "状态", "备注"]);
        foreach (var registration in register.On(day))
            WriteRow(file, Row(registration));
    });

    // What is still under review is not registered: the mapping filters it out.
    static bool IsPublished(Registration registration) => registration.Status != UnderReview;

    static Registration? Find(int number)
    {
        var people = Enumerable.Range(number * PeoplePerCouple, PeoplePerCouple).Select(Census.Person)
            .Where(person => person.AgeOn(Census.FirstDay) > AgeToMarry).ToLookup(person => person.IsMale);
        if (people[true].FirstOrDefault() is not { } husband || people[false].FirstOrDefault() is not { } wife)
            return null;
        var dice = new Dice("registration", number);
        var ofAge = (husband.Birth > wife.Birth ? husband : wife).Birth.AddYears(AgeToMarry);
        var registeredOn = dice.Day(ofAge, Census.FirstDay);
        var isMarriage = dice.Chance(800);
        return new Registration(
            string.Create(CultureInfo.InvariantCulture, $"{(isMarriage ? 'J' : 'L')}{wife.District.Code}-{registeredOn.Year}-{number:000000}"),
            isMarriage ? "结婚" : "离婚", husband, wife, registeredOn, wife.District,
            dice.Chance(25) ? UnderReview : dice.Chance(10) ? "撤销" : "有效", dice.Chance(100) ? "补领证件\n原件遗失" : "");
    }

    // The date in the remark makes each version differ from all before it.
    static Registration Change(Registration registration, Dice dice, DateOnly today) => registration with
    {
        Status = registration.Status == UnderReview ? UnderReview : "更正",
        Remark = $"{Chinese(today)}更正\n经当事人申请",
    };

    static string[] Row(Registration registration) =>
    [
        registration.Number, registration.Event, Chinese(registration.RegisteredOn), $"明湾市{registration.Office.Name}民政局",
        registration.Husband.Name, registration.Husband.Id, registration.Wife.Name, registration.Wife.Id, registration.Status, registration.Remark,
    ];

    static string Chinese(DateOnly date) => date.ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    static void WriteRow(StreamWriter file, string[] cells) => file.WriteLine($"\"{string.Join("\",\"", cells)}\"");
}
