namespace Exchange.Hub.Demo.City;

/// <summary>Who lives and trades in the city: the numbers that the departments' registers refer to one another by.</summary>
/// <param name="People">Residents on day 1.</param>
/// <param name="Companies">Companies on day 1.</param>
sealed record Census(int People, int Companies)
{
    /// <summary>The first day of the story, a Monday.</summary>
    public static readonly DateOnly FirstDay = new(2025, 3, 3);

    static readonly DateOnly oldestBirth = new(1938, 1, 1);
    const int BirthDays = 31_627; // a prime: stepping through it gives every date once before any twice, the last in 2024

    /// <summary>The calendar date of a day of the story.</summary>
    public static DateOnly DateOf(int day) => FirstDay.AddDays(day - 1);

    /// <summary>The person of a number, the same whoever asks.</summary>
    public static Person Person(int number)
    {
        var dice = new Dice("person", number);
        var district = dice.Pick(Words.Districts);
        var isMale = dice.Chance(505);
        var birth = oldestBirth.AddDays((int)(number * 7_919L % BirthDays));
        var id = Identifiers.ResidentId(district.Code, birth, 100 + (2 * (number / BirthDays)) + (isMale ? 1 : 0));
        return new Person(id, Words.PersonName(dice), isMale, birth, district);
    }

    /// <summary>Code and name of the company of a number.</summary>
    public static Firm Firm(int number)
    {
        var dice = new Dice("firm", number);
        var district = dice.Pick(Words.Districts);
        return new Firm(Identifiers.CreditCode(district.Code, number), Words.CompanyName(dice, 1000 + number), district);
    }
}

/// <summary>What every department knows of a person.</summary>
sealed record Person(string Id, string Name, bool IsMale, DateOnly Birth, District District)
{
    /// <summary>Whole years lived.</summary>
    public int AgeOn(DateOnly day) => day.Year - Birth.Year - (Birth.AddYears(day.Year - Birth.Year) > day ? 1 : 0);
}

/// <summary>What every department knows of a company.</summary>
sealed record Firm(string Code, string Name, District District);
