using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Exchange.Hub.Demo.City;

/// <summary>A resident as the registration office keeps them.</summary>
sealed record Resident(Person Person, string Nationality, string Address, DateTime UpdatedAt);

/// <summary>
/// Resident registration: a zip with one semicolon-separated UTF-16 file per district, dates day first.
/// </summary>
sealed class ResidentRegister(Census census, string folder) : IIsland
{
    readonly Register<Resident> register = new(
        "resident", census.People, new Pace(Changed: 8, Gone: 2, New: 3), Find, Change, resident => resident.Person.Id);

    public string Dataset => "residents";

    public RunCounts Expect(int before, int day, Mishap mishap = Mishap.None)
    {
        var present = Present(mishap);
        return RunCounts.Of(register.Compare(register.On(before), register.On(day).Where(resident => present.Contains(resident.Person.District))), filtered: 0);
    }

    public void Write(int day, Mishap mishap = Mishap.None) => NightlyFile.Replace(Path.Combine(folder, "residents.zip"), day, draft =>
    {
        var residents = register.On(day).ToLookup(resident => resident.Person.District);
        using var zip = ZipFile.Open(draft, ZipArchiveMode.Create);
        foreach (var district in Present(mishap))
            WriteDistrict(zip, district, day, residents[district]);
    });

    /// <summary>How many residents a district has on a day.</summary>
    public int RegisteredIn(District district, int day) => register.On(day).Count(resident => resident.Person.District == district);

    static List<District> Present(Mishap mishap) => [.. Words.Districts.Skip(mishap == Mishap.MissingDistrict ? 1 : 0)];

    static Resident Find(int number)
    {
        var dice = new Dice("resident", number);
        var person = Census.Person(number);
        var updatedOn = dice.Day(person.Birth, Census.FirstDay);
        return new Resident(person, dice.Chance(900) ? "01" : dice.Pick(["03", "08", "10"]), Words.Address(dice, person.District), AtSomeHour(updatedOn, dice));
    }

    static Resident Change(Resident resident, Dice dice, DateOnly today) =>
        resident with { Address = Words.Address(dice, resident.Person.District), UpdatedAt = AtSomeHour(today.AddDays(-1), dice) };

    static DateTime AtSomeHour(DateOnly day, Dice dice) => day.ToDateTime(new TimeOnly(9 + dice.Below(8), dice.Below(60)));

    static void WriteDistrict(ZipArchive zip, District district, int day, IEnumerable<Resident> residents)
    {
        var entry = zip.CreateEntry($"residents-{district.Code}.csv", CompressionLevel.Fastest);
        entry.LastWriteTime = new DateTimeOffset(Census.DateOf(day), new TimeOnly(3, 0), TimeSpan.Zero);
        using var file = new StreamWriter(entry.Open(), Encoding.Unicode) { NewLine = "\r\n" };
        file.WriteLine("ID;NAME;SEX;BORN;NATION;ADDRESS;UPDATED");
        foreach (var resident in residents)
        {
            var person = resident.Person;
            file.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{person.Id};{person.Name};{(person.IsMale ? 1 : 2)};{person.Birth:dd.MM.yyyy};{resident.Nationality};{resident.Address};{resident.UpdatedAt:dd.MM.yyyy HH:mm}"));
        }
    }
}
