using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Exchange.Hub.Tests.Runs;

/// <summary>
/// Three months of a real government register, replayed day by day: after every run the published records equal the
/// file, and the change feed rebuilds them from the beginning and from any day.
/// </summary>
public sealed class DotGovReplayTests
{
    const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Domain", "type": "object", "x-key": ["name"],
          "required": ["name", "type"], "additionalProperties": false,
          "properties": {
            "name": {"type": "string", "pattern": "^[a-z0-9.-]+$", "title": "Domain name", "x-classification": "public"},
            "type": {"type": "string", "title": "Type", "x-classification": "public"},
            "agency": {"type": "string", "title": "Agency", "x-classification": "public"},
            "organization": {"type": "string", "title": "Organization", "x-classification": "public"},
            "city": {"type": "string", "title": "City", "x-classification": "public"},
            "state": {"type": "string", "title": "State", "x-classification": "public"},
            "contact": {"type": "string", "title": "Security contact", "x-classification": "personal"}
          }
        }
        """;

    static readonly string[] before = ["Domain Name", "Domain Type", "Agency", "Organization", "City", "State", "Security Contact Email"];
    static readonly string[] after = ["Domain name", "Domain type", "Agency", "Organization name", "City", "State", "Security contact email"];

    [Test]
    public async Task Every_day_is_published_as_it_was_and_the_renaming_waits_for_a_person()
    {
        var days = Directory.GetFiles(Corpora.Folder("dotgov"), "*.csv.gz").OrderBy(DayOf).ToList();
        Assert.That(days, Has.Count.EqualTo(15));
        await using var pipeline = await Pipeline.StartAsync(
            Schema, Mapping(before), """{"pattern":"*.csv.gz","take":"newest","completeAfterSeconds":0}""",
            decode: """["gzip"]""", dataset: """{"limits":{"maxDeletePercent":20}}""");
        var story = new Story(pipeline);
        var renamed = false;
        foreach (var (index, day) in days.Index())
        {
            var name = Path.GetFileName(day);
            story.Drop(day, index);
            var run = await pipeline.RunAsync();
            if (!renamed && HeaderOf(day).SequenceEqual(after))
            {
                renamed = true;
                await story.ExpectHeldAsync(run);
                await pipeline.PutAsync("mappings/things", Mapping(after));
                run = await pipeline.RunAsync();
            }
            Assert.That(run.GetProperty("state").GetString(), Is.EqualTo("succeeded"), $"{name}: {run}");
            await story.CheckDayAsync(day, run);
            var again = await pipeline.RunAsync();
            Assert.That(again.GetProperty("publication").ValueKind, Is.EqualTo(JsonValueKind.Null), $"{name} read again publishes nothing");
        }
        Assert.That(renamed, Is.True);
        await story.CheckFeedFromEveryDayAsync();
        Assert.That((await pipeline.GetAsync("audit/verify")).GetProperty("intact").GetBoolean(), Is.True);
    }

    /// <summary>2024-01-30, 2024-01-30-1, … in the order of the day.</summary>
    static (string Day, int Version) DayOf(string file)
    {
        var name = Path.GetFileName(file)[..^".csv.gz".Length];
        return (name[..10], name.Length > 10 ? int.Parse(name[11..], CultureInfo.InvariantCulture) : 0);
    }

    static string Mapping(string[] columns) => JsonSerializer.Serialize(new
    {
        fields = new Dictionary<string, object>
        {
            ["name"] = new { from = columns[0], @case = "lower" },
            ["type"] = columns[1],
            ["agency"] = columns[2],
            ["organization"] = columns[3],
            ["city"] = columns[4],
            ["state"] = columns[5],
            ["contact"] = columns[6],
        },
    });

    static IEnumerable<string> HeaderOf(string file) => Table(file)[0];

    /// <summary>What a day's file says, by a slow reader of RFC 4180 of its own.</summary>
    static SortedDictionary<string, string> Expected(string file)
    {
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in Table(file).Skip(1))
        {
            var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["name"] = row[0].ToLowerInvariant(),
                ["type"] = row[1],
                ["agency"] = row[2],
                ["organization"] = row[3],
                ["city"] = row[4],
                ["state"] = row[5],
                ["contact"] = row[6],
            };
            records.TryAdd(row[0].ToLowerInvariant(), JsonSerializer.Serialize(fields.Where(f => f.Value.Length > 0).ToDictionary(), relaxed));
        }
        return records;
    }

    static readonly JsonSerializerOptions relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static List<List<string>> Table(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true);
        var text = reader.ReadToEnd();
        var (rows, row, field, quoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (quoted || c is not (',' or '\r' or '\n'))
                field.Append(c);
            else if (c == ',')
                EndField();
            else if (c == '\n')
                EndRow();
        }
        if (row.Count > 0 || field.Length > 0)
            EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            rows.Add(row);
            row = [];
        }
    }

    sealed class Story(Pipeline pipeline)
    {
        readonly Dictionary<string, string> copy = [];
        readonly List<(string? Cursor, Dictionary<string, string> Copy)> stops = [(null, [])];
        string? cursor;

        public void Drop(string day, int index)
        {
            var target = Path.Combine(pipeline.Folder, Path.GetFileName(day));
            File.Copy(day, target);
            File.SetLastWriteTimeUtc(target, new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(index));
        }

        public async Task ExpectHeldAsync(JsonElement run)
        {
            Assert.That(run.GetProperty("state").GetString(), Is.EqualTo("held"), run.ToString());
            var changes = run.GetProperty("hold").GetProperty("changes").EnumerateArray()
                .Select(c => $"{c.GetProperty("what").GetString()}: {c.GetProperty("was").GetString()} → {c.GetProperty("now").GetString()}");
            Assert.That(changes, Is.EqualTo(before.Zip(after).Where(z => z.First != z.Second).Select(z => $"renamed: {z.First} → {z.Second}")));
            AssertSame(await pipeline.RecordsAsync(), copy, "what is held changes nothing for readers");
        }

        public async Task CheckDayAsync(string day, JsonElement run)
        {
            var expected = Expected(day);
            AssertSame(await pipeline.RecordsAsync(), expected, Path.GetFileName(day));
            cursor = await pipeline.FollowAsync(copy, cursor);
            AssertSame(copy, expected, $"feed after {Path.GetFileName(day)}");
            stops.Add((cursor, new Dictionary<string, string>(copy)));
            var counts = run.GetProperty("counts");
            Assert.That(counts.GetProperty("rejected").GetInt64(), Is.EqualTo(Table(day).Count - 1 - expected.Count), "duplicates, and nothing else, are rejected");
        }

        public async Task CheckFeedFromEveryDayAsync()
        {
            foreach (var (from, state) in stops)
            {
                var rebuilt = new Dictionary<string, string>(state);
                await pipeline.FollowAsync(rebuilt, from);
                AssertSame(rebuilt, copy, $"feed from {from ?? "the beginning"}");
            }
        }

        /// <summary>In time that grows with the records: NUnit's own comparison of dictionaries grows with their square.</summary>
        static void AssertSame(IDictionary<string, string> actual, IDictionary<string, string> expected, string? what)
        {
            Assert.That(actual.Except(expected), Is.Empty, $"{what}: too much, or changed");
            Assert.That(expected.Except(actual), Is.Empty, $"{what}: missing");
        }
    }
}
