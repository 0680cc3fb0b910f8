using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Exchange.Hub.Demo.City;

/// <summary>A company as the market registry keeps it.</summary>
sealed record Company(
    Firm Firm, string Type, string LegalPerson, decimal CapitalInTenThousands, DateOnly Founded, DateOnly? Ended,
    string Status, string Industry, string Address, DateOnly UpdatedOn);

/// <summary>
/// Market regulation: a SQLite database from 2009 whose table and column names are the first letters of pinyin
/// (QY_JBXX is 企业基本信息), with dates as eight digits and codes explained in tables of their own.
/// </summary>
sealed class MarketRegulation(Census census, string folder) : IIsland
{
    const string NameReserved = "0";
    static readonly string[] companyTypes = ["1110", "1130", "1150", "1150", "1210", "1220", "4500", "4531"];
    static readonly string[] industries = ["A", "C", "E", "F", "G", "H", "I", "L", "M"];

    readonly Register<Company> register = new("company", census.Companies, new Pace(Changed: 15, Gone: 2, New: 4), Find, Change, company => company.Firm.Code);

    public string Dataset => "companies";

    public RunCounts Expect(int before, int day, Mishap mishap = Mishap.None)
    {
        var now = register.On(day).ToLookup(IsPublished);
        return RunCounts.Of(register.Compare(register.On(before).Where(IsPublished), now[true]), now[false].Count());
    }

    public void Write(int day, Mishap mishap = Mishap.None) => NightlyFile.Replace(Path.Combine(folder, "registry.db"), day, draft =>
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = draft, Pooling = false }.ToString());
        connection.Open();
        using var transaction = connection.BeginTransaction();
        CreateTables(connection);
        WriteCompanies(connection, register.On(day));
        transaction.Commit();
    });

    /// <summary>Key of a company whose record was published on one day and is another on a later one.</summary>
    public string FirstUpdated(int before, int day)
    {
        var old = register.On(before).Where(IsPublished).ToDictionary(company => company.Firm.Code);
        return register.On(day).First(company => IsPublished(company) && old.TryGetValue(company.Firm.Code, out var earlier) && earlier != company).Firm.Code;
    }

    // A reserved name is not a company yet: the mapping filters it out.
    static bool IsPublished(Company company) => company.Status != NameReserved;

    static Company Find(int number)
    {
        var dice = new Dice("company", number);
        var firm = Census.Firm(number);
        var founded = dice.Day(new DateOnly(1993, 1, 1), Census.FirstDay);
        var isOver = dice.Chance(120);
        return new Company(
            firm, dice.Pick(companyTypes), Words.PersonName(dice), 10 + dice.Below(2000) + (dice.Below(4) * 0.25m), founded,
            isOver ? dice.Day(founded, Census.FirstDay.AddDays(1)) : null,
            isOver ? dice.Pick(["2", "3"]) : dice.Chance(30) ? NameReserved : dice.Chance(10) ? "5" : "1",
            dice.Pick(industries), Words.Address(dice, firm.District), dice.Day(founded, Census.FirstDay));
    }

    // Raising the capital makes each version differ from all before it.
    static Company Change(Company company, Dice dice, DateOnly today) => company with
    {
        CapitalInTenThousands = company.CapitalInTenThousands + 50,
        Address = dice.Chance(400) ? Words.Address(dice, company.Firm.District) : company.Address,
        UpdatedOn = today,
    };

    static void CreateTables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            create table QY_JBXX (
              TYSHXYDM varchar(18) not null primary key, QYMC varchar(200) not null, QYLX char(4) not null, FDDBR varchar(60),
              ZCZB varchar(20), CLRQ char(8), ZXRQ char(8), QYZT char(1) not null, HYML char(1), XZQH char(6), ZCDZ varchar(300), GXSJ varchar(19));
            create table DM_QYZT (DM char(1) not null primary key, MC varchar(40) not null);
            insert into DM_QYZT values ('0', '名称预留'), ('1', '存续'), ('2', '吊销'), ('3', '注销'), ('5', '歇业');
            create table DM_QYLX (DM char(4) not null primary key, MC varchar(80) not null);
            insert into DM_QYLX values ('1110', '国有独资公司'), ('1130', '自然人独资'), ('1150', '自然人投资或控股'), ('1210', '上市股份有限公司'), ('1220', '非上市股份有限公司'), ('4500', '个人独资企业'), ('4531', '普通合伙企业');
            """;
        command.ExecuteNonQuery();
    }

    static void WriteCompanies(SqliteConnection connection, IReadOnlyList<Company> companies)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "insert into QY_JBXX values ($code, $name, $type, $person, $capital, $founded, $ended, $status, $industry, $district, $address, $updated)";
        string[] names = ["$code", "$name", "$type", "$person", "$capital", "$founded", "$ended", "$status", "$industry", "$district", "$address", "$updated"];
        var parameters = names.Select(name => command.Parameters.Add(name, SqliteType.Text)).ToArray();
        foreach (var company in companies)
        {
            object?[] row =
            [
                company.Firm.Code, company.Firm.Name, company.Type, company.LegalPerson,
                company.CapitalInTenThousands.ToString("0.00", CultureInfo.InvariantCulture), Digits(company.Founded), Digits(company.Ended),
                company.Status, company.Industry, company.Firm.District.Code, company.Address, $"{company.UpdatedOn:yyyy-MM-dd} 17:30:00",
            ];
            for (var i = 0; i < row.Length; i++)
                parameters[i].Value = row[i] ?? DBNull.Value;
            command.ExecuteNonQuery();
        }
    }

    static string? Digits(DateOnly? date) => date?.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
