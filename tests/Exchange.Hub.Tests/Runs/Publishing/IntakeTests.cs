using CsCheck;
using Exchange.Engine.Mapping;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Exchange.Hub.Runs.Publishing;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Tests.Runs.Publishing;

/// <summary>
/// The ways of comparing a read with what is published, beside a slow obvious model: same records, same tombstones,
/// same change feed without gaps, same history, same rejects, whatever was read.
/// </summary>
public sealed class IntakeTests
{
    static readonly SourceColumn[] columns = [new("k", ValueKind.Text), new("n", ValueKind.Text), new("v", ValueKind.Text)];
    static readonly FilterColumn[] filters = [new("/v", "f_0", FilterType.Text), new("/n", "f_1", FilterType.Numeric)];

    static readonly MappingPlan mapping = MappingCompiler.Compile(
        MappingDocument.Parse("""{"fields": {"k": "k", "n": {"from": "n", "parse": "decimal"}, "v": "v"}}"""u8).Document!,
        columns,
        SharedSchema.Parse("thing", "1.0", """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "x-key": ["k"], "type": "object", "required": ["k"],
             "properties": {"k": {"type": "string"}, "n": {"type": "number"}, "v": {"type": "string"}}}
            """u8.ToArray()).Required()).Plan!;

    /// <summary>
    /// One read: keys from a small alphabet so that duplicates, changes and deletions are frequent; a number of zeros that
    /// makes other rows of equal records.
    /// </summary>
    static readonly Gen<(int Key, int Value, int Zeros)[]> read = Gen.Select(Gen.Int[0, 12], Gen.Int[0, 3], Gen.Int[0, 1]).Array[0, 20];

    [Test]
    public async Task Every_way_of_comparing_publishes_what_the_model_says([Values] Way way)
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Application);
        var made = 0;
        await read.Array[1, 6].SampleAsync(
            async reads =>
            {
                using var story = await Story.BeginAsync(database, $"d{Interlocked.Increment(ref made)}");
                for (var i = 0; i < reads.Length; i++)
                    await story.PublishAsync(reads[i], staged: way == Way.Staged || (way == Way.Mixed && i % 3 == 1), forget: way == Way.InMemory);
                await story.CheckHistoryAsync();
            },
            iter: 25, threads: 1);
    }

    public enum Way
    {
        /// <summary>Published keys come from the database each time.</summary>
        InMemory,

        /// <summary>The last read is remembered.</summary>
        Remembered,

        /// <summary>The database compares.</summary>
        Staged,

        /// <summary>Now and then the database compares, and what is remembered is no longer true.</summary>
        Mixed,
    }

    /// <summary>One dataset and its model.</summary>
    sealed class Story(NpgsqlDataSource database, DatasetHead head) : IDisposable
    {
        readonly SortedDictionary<string, string> model = new(StringComparer.Ordinal);
        readonly List<Dictionary<string, string>> past = [];
        readonly TemporaryFolder folder = new();
        DatasetHead head = head;
        int reads;

        public static async Task<Story> BeginAsync(NpgsqlDataSource database, string name)
        {
            await using var connection = await database.OpenConnectionAsync();
            await DatasetHeads.CreateAsync(connection, name, "d", DateTimeOffset.UnixEpoch, CancellationToken.None);
            return new Story(database, (await DatasetHeads.FindAsync(connection, name, CancellationToken.None))! with { Filters = filters });
        }

        public async Task PublishAsync((int Key, int Value, int Zeros)[] rows, bool staged, bool forget)
        {
            var digest = new ReadDigest(folder.Of(forget ? $"{++reads}.digest" : "digest"));
            var plan = new IntakePlan(Guid.NewGuid(), 1, head, columns, 16 * 1024 * 1024, digest, mapping.RulesOn(default));
            await using var intake = await OpenAsync(plan, staged);
            var duplicates = 0;
            foreach (var chunk in rows.Chunk(7))
            {
                var batch = await MappedAsync(chunk, intake);
                await intake.TakeAsync(batch, CancellationToken.None);
                Assert.That(batch.Records.Read, Is.EqualTo(chunk.Length));
                duplicates += batch.Records.Rejects.Count;
            }
            var changes = await intake.CompleteAsync(deriveDeletes: true, CancellationToken.None);
            var expected = Expect(rows);
            Assert.That(changes with { LateRejects = [] }, Is.EqualTo(expected.Changes with { LateRejects = [] }));
            Assert.That(duplicates + changes.LateRejects.Count, Is.EqualTo(expected.Duplicates));
            Assert.That(changes.LateRejects.Select(r => r.Raw), Has.All.StartsWith("""{"k":"""));
            if (changes.None && head.Storage)
            {
                intake.Remember(head);
                return;
            }
            var transaction = intake.Transaction ?? await intake.Connection.BeginTransactionAsync();
            await intake.ApplyAsync(head.Publication + 1, head.Seq, CancellationToken.None);
            var publication = new Publication(head.DatasetId, head.Publication + 1, plan.Run, DateTimeOffset.UnixEpoch,
                head.Records + changes.Added - changes.Deleted, changes.Added, changes.Updated, changes.Deleted,
                head.Seq + 1, head.Seq + changes.Added + changes.Updated + changes.Deleted, "s/1.0", "m@1");
            await DatasetHeads.AdvanceAsync(intake.Connection, publication, null, "[]", CancellationToken.None);
            await transaction.CommitAsync();
            head = head with { Publication = publication.Number, Run = publication.Run, Seq = publication.LastSeq, Records = publication.Records, Storage = true };
            intake.Remember(head);
            past.Add(new Dictionary<string, string>(model));
            await CheckNowAsync();
        }

        /// <summary>Reading as of any publication gives what the model held then.</summary>
        public async Task CheckHistoryAsync()
        {
            var tables = new DatasetTables(head.DatasetId, filters);
            for (var publication = 1; publication <= past.Count; publication++)
            {
                var rows = await database.QueryAsync(
                    $"""
                    select key, doc from {tables.Records} where publication <= $1 and not deleted
                    union all select key, doc from {tables.History} where publication <= $1 and replaced_in > $1 and not deleted
                    """,
                    [publication], row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), CancellationToken.None);
                Assert.That(rows, Is.EquivalentTo(past[publication - 1]), $"as of publication {publication}");
            }
        }

        async Task<IIntake> OpenAsync(IntakePlan plan, bool staged)
        {
            if (!head.Storage)
                return await FirstLoad.OpenAsync(plan, async ct => await database.OpenConnectionAsync(ct), CancellationToken.None);
            var connection = await database.OpenConnectionAsync();
            return staged
                ? await StagedRefresh.OpenAsync(plan, connection, CancellationToken.None)
                : await Refresh.OpenAsync(plan, connection, CancellationToken.None);
        }

        (Changes Changes, int Duplicates) Expect((int Key, int Value, int Zeros)[] rows)
        {
            var fresh = new Dictionary<string, string>();
            foreach (var (key, value, _) in rows)
                fresh.TryAdd($"k{key}", Doc(key, value));
            var added = fresh.Keys.Count(k => !model.ContainsKey(k));
            var updated = fresh.Count(f => model.TryGetValue(f.Key, out var old) && old != f.Value);
            var deleted = model.Keys.Count(k => !fresh.ContainsKey(k));
            model.Clear();
            foreach (var (key, doc) in fresh)
                model[key] = doc;
            return (new Changes(added, updated, fresh.Count - added - updated, deleted, 0, []), rows.Length - fresh.Count);
        }

        async Task CheckNowAsync()
        {
            var tables = new DatasetTables(head.DatasetId, filters);
            var rows = await database.QueryAsync(
                $"select key, doc, deleted, seq, f_0, f_1 from {tables.Records} order by seq", [],
                row => (Key: row.GetString(0), Doc: row.Maybe<string>(1), Deleted: row.GetBoolean(2), Seq: row.GetInt64(3), Text: row.Maybe<string>(4), Number: row.IsDBNull(5) ? (decimal?)null : row.GetDecimal(5)),
                CancellationToken.None);
            Assert.That(rows.Where(r => !r.Deleted).ToDictionary(r => r.Key, r => r.Doc), Is.EquivalentTo(model.ToDictionary(m => m.Key, m => (string?)m.Value)));
            Assert.That(rows.Where(r => !r.Deleted).Select(r => $$"""{"k":"{{r.Key}}","n":{{r.Number}},"v":"{{r.Text}}"}"""), Is.EqualTo(rows.Where(r => !r.Deleted).Select(r => r.Doc)), "filter columns");
            Assert.That(rows.Where(r => r.Deleted).Select(r => r.Doc), Has.All.Null);
            Assert.That(rows.Select(r => r.Seq), Is.Unique);
            Assert.That(rows.Count == 0 ? 0 : rows[^1].Seq, Is.LessThanOrEqualTo(head.Seq));
        }

        async Task<MappedBatch> MappedAsync((int Key, int Value, int Zeros)[] rows, IIntake intake)
        {
            var mapped = new MappedBatch(mapping.CreateMapper(head.HashSeed, default), intake.MatchRows());
            mapped.Source.Clear(3);
            foreach (var (index, row) in rows.Index())
            {
                mapped.Source.AddText($"k{row.Key}");
                mapped.Source.AddText(FormattableString.Invariant($"{row.Value * 2.5m:0.#}") + (row.Zeros == 0 ? "" : row.Value % 2 == 0 ? ".00" : "0"));
                mapped.Source.AddText($"value {row.Value}");
                mapped.Source.EndRow(index + 1);
            }
            mapped.BeginMapping();
            await mapped.Mapping;
            return mapped;
        }

        public void Dispose() => folder.Dispose();

        static string Doc(int key, int value) => FormattableString.Invariant($$"""{"k":"k{{key}}","n":{{value * 2.5m:0.#}},"v":"value {{value}}"}""");
    }
}
