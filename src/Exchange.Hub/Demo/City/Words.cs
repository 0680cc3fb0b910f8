namespace Exchange.Hub.Demo.City;

/// <summary>What invented names and addresses are made of.</summary>
static class Words
{
    static readonly string[] Surnames = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "欧阳", "诸葛"];

    // 䶮 and 㛃 need four bytes in GB18030 and do not exist in GBK: names that older systems garble.
    static readonly string[] Given = ["伟", "芳", "娜", "敏", "静", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "霞", "平", "鹏", "华", "䶮", "㛃", "玉", "文", "宁", "安", "雨", "晨", "欣"];

    static readonly string[] Streets = ["河堤路", "灯塔街", "白鹭大道", "渡口巷", "榕树里", "东望路", "石桥街", "云帆路"];
    static readonly string[] CompanyNames = ["启航", "云帆", "白鹭", "海纳", "远山", "新禾", "长堤", "晴川", "星岸", "同舟", "明渠", "望潮"];
    static readonly string[] Trades = ["科技", "建筑", "食品", "物流", "纺织", "机械", "商贸", "环保"];
    static readonly string[] Forms = ["有限公司", "有限责任公司", "股份有限公司"];

    /// <summary>The districts of 明湾 (Mingwan), a city that is on no map: its area code begins with 99.</summary>
    public static readonly IReadOnlyList<District> Districts =
        [new("990102", "南堤区"), new("990103", "鹭洲区"), new("990104", "云桥区"), new("990105", "石榴区")];

    public static string PersonName(Dice dice) =>
        dice.Pick(Surnames) + dice.Pick(Given) + (dice.Chance(700) ? dice.Pick(Given) : "");

    public static string CompanyName(Dice dice, int number) =>
        $"明湾{dice.Pick(CompanyNames)}{number}号{dice.Pick(Trades)}{dice.Pick(Forms)}";

    public static string Address(Dice dice, District district) =>
        $"明湾市{district.Name}{dice.Pick(Streets)}{1 + dice.Below(300)}号{1 + dice.Below(30)}室";
}

/// <summary>A district and its code (GB/T 2260 form).</summary>
sealed record District(string Code, string Name);
