namespace Exchange.Hub.Demo.City;

/// <summary>
/// The invented city of 明湾 (Mingwan): four departments, each with its island of data, written into a folder day by day
/// and always the same. Nobody in it exists; every identifier carries right check digits under an area code that is nobody's.
/// </summary>
sealed class CityStory
{
    /// <param name="folder">Where the islands are written; the sources of samples/city name paths below it.</param>
    /// <param name="people">Residents on day 1; everything else follows from it.</param>
    public CityStory(string folder, int people = 24_000)
    {
        var census = new Census(people, Companies: Math.Max(10, people / 3));
        Companies = new MarketRegulation(census, Path.Combine(folder, "market-regulation"));
        Employments = new SocialSecurity(census, Path.Combine(folder, "social-security"));
        Marriages = new CivilAffairs(census, Path.Combine(folder, "civil-affairs"));
        Residents = new ResidentRegister(census, Path.Combine(folder, "resident-registration"));
    }

    public MarketRegulation Companies { get; }

    public IIsland Employments { get; }

    public IIsland Marriages { get; }

    public ResidentRegister Residents { get; }

    /// <summary>All four, in the order in which the story runs them.</summary>
    public IReadOnlyList<IIsland> Islands => [Companies, Residents, Employments, Marriages];
}
