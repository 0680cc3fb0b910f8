namespace Exchange.Hub.Tests.Runs.Faults;

/// <summary>A small dataset of ledger entries for the tests of faults: text, decimal and date, keyed by number.</summary>
static class Ledger
{
    public const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Entry", "type": "object", "x-key": ["number"],
          "required": ["number", "booked"], "additionalProperties": false,
          "properties": {
            "number": {"type": "string", "minLength": 1, "title": "Number", "x-classification": "public"},
            "payee": {"type": "string", "title": "Payee", "x-classification": "personal"},
            "amount": {"type": "number", "title": "Amount", "x-classification": "internal"},
            "booked": {"type": "string", "format": "date", "title": "Booked on", "x-classification": "public"}
          }
        }
        """;

    public const string Mapping = """
        {"fields": {"number": "NO", "payee": "PAYEE", "amount": {"from": "AMOUNT", "parse": "decimal"}, "booked": {"from": "BOOKED", "parse": "date"}}}
        """;

    public const string Header = "NO,PAYEE,AMOUNT,BOOKED\n";

    /// <summary>Rows numbered from one number to another.</summary>
    public static string Rows(int from, int to, string payee = "Li") =>
        string.Concat(Enumerable.Range(from, to - from + 1).Select(i => $"{i},{payee} {i},{i}.50,2024-02-{1 + (i % 28):D2}\n"));

    /// <summary>A whole file.</summary>
    public static string File(int rows, string payee = "Li") => Header + Rows(1, rows, payee);

    /// <summary>Starts a hub with the dataset and its first publication of so many records.</summary>
    public static async Task<Pipeline> StartAsync(int rows, string dataset = """{"limits":{"maxRejectPercent":50}}""", string options = "{}", string store = """{"pattern":"*.csv","completeAfterSeconds":0}""", string decode = "[]", TestHub? hub = null)
    {
        var pipeline = await Pipeline.StartAsync(Schema, Mapping, store, options, dataset, hub, decode);
        if (rows > 0)
        {
            await pipeline.DropAsync("entries.csv", File(rows));
            Assert.That((await pipeline.RunAsync()).State(), Is.EqualTo("succeeded"));
        }
        return pipeline;
    }
}
