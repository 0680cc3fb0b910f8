using System.Collections.Concurrent;
using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>Tells whether something holds of a record, without a byte of the record: yes, no, or that there is none.</summary>
sealed class VerifyClaims(PointReads points, SharedSchemas schemas, HubOptions options)
{
    const string Form = "verify";
    const string Yes = "yes";
    const string No = "no";
    const string NotFound = "not-found";
    const string NotUnique = "not-unique";
    const int MostClaims = 50;

    /// <summary>Fields of the schemas that publications follow; those never change.</summary>
    readonly ConcurrentDictionary<string, HashSet<string>> fields = new();

    /// <summary>Answers one question.</summary>
    /// <exception cref="HubException">More than one record was found, a claim is on what the grant does not show, or the caller may not.</exception>
    public async Task<Verdict> ExecuteAsync(string name, VerifyQuestion question, HttpContext http)
    {
        var read = await points.ReadAsync(http, name, DeliveryMode.Verify, known => LookupQueries.Of(known, question.Record));
        VerdictItem? verdict = null;
        await Answering.RecordedAsync(read, Form, question.Key, async () =>
        {
            await CheckAsync(read.Dataset.Head, read.Access, [question], _ => "", http.RequestAborted);
            verdict = Judge(question, read.Found);
            if (verdict.Answer == NotUnique)
                throw Answering.NotUnique(name);
            var taken = verdict.Answer == NotFound ? 0 : 1;
            await read.Access.TakeAsync(taken, http.RequestAborted);
            return new Answer(default, taken, 0, taken == 0 ? null : read.Found[0].Key, GuessOf(verdict));
        });
        http.Response.Headers.CacheControl = "no-store";
        return new Verdict(verdict!.Answer, verdict.Claims, Answering.SourceOf(read.Dataset.Head));
    }

    /// <summary>Answers several questions, all as of one publication; each counts, and is recorded, as one.</summary>
    /// <exception cref="HubException">Some questions will not do, the quota does not allow so many, or the caller may not.</exception>
    public async Task<Verdicts> ExecuteAsync(string name, VerifyBatch batch, HttpContext http)
    {
        BatchSize.Check(batch.Items.Count, options);
        var (opened, access) = await points.OpenAsync(http, name, DeliveryMode.Verify);
        http.Response.Headers.CacheControl = "no-store";
        return await Answering.BatchAsync(access, Form, async () =>
        {
            Answering.RequirePublished(opened.Head);
            await CheckAsync(opened.Head, access, batch.Items, index => $"/items/{index}", http.RequestAborted);
            var (dataset, found) = await points.ReadAllAsync(
                opened, access, batch.Items.Count, known => [.. batch.Items.Select((item, index) => LookupQueries.Of(known, item.Record, $"/items/{index}"))], http.RequestAborted);
            List<VerdictItem> verdicts = [.. batch.Items.Zip(found, Judge)];
            await access.TakeAsync(verdicts.Count(verdict => verdict.Answer is Yes or No), http.RequestAborted);
            foreach (var (index, verdict) in verdicts.Index())
                Record(access, batch.Items[index], verdict, found[index]);
            return new Verdicts(verdicts, Answering.SourceOf(dataset.Head));
        });
    }

    static void Record(ReadAccess access, VerifyQuestion question, VerdictItem verdict, IReadOnlyList<PointRecord> found)
    {
        var known = verdict.Answer is Yes or No;
        access.RecordOne(UseOutcome.Served, Form, known ? 1 : 0, 0, known ? found[0].Key : question.Key, null);
        if (GuessOf(verdict) is { } guess)
            access.NoteGuess(guess);
    }

    static string? GuessOf(VerdictItem verdict) => verdict.Answer switch { NotFound => "record-not-found", No => RefusalWatch.ClaimNotHeld, _ => null };

    /// <summary>A claim must be on a field that there is, and that the grant shows as it is.</summary>
    async Task CheckAsync(DatasetHead head, ReadAccess access, IReadOnlyList<VerifyQuestion> questions, Func<int, string> place, CancellationToken cancellation)
    {
        var known = await FieldsAsync(head.Schema!, cancellation);
        var validation = new Validation();
        foreach (var (index, question) in questions.Index())
        {
            validation.Require(question.Claims.Count is >= 1 and <= MostClaims, $"{place(index)}/claims", "is empty or too long", $"Claim 1 to {MostClaims} values, by JSON pointer: {{\"/status\": \"active\"}}.");
            foreach (var pointer in question.Claims.Keys)
                validation.Require(known.Contains(pointer), $"{place(index)}/claims/{LookupQueries.Escape(pointer)}", $"names no field of {head.Schema}", "Give JSON pointers of its fields, such as /status; a list is claimed as a whole.");
        }
        validation.ThrowIfAny();
        LookupQueries.RefuseHidden(access, questions.SelectMany(question => question.Claims.Keys.Concat(question.Fields?.Keys ?? [])));
    }

    async ValueTask<HashSet<string>> FieldsAsync(string schema, CancellationToken cancellation) => fields.TryGetValue(schema, out var known)
        ? known
        : fields[schema] = [.. (await schemas.FindAsync(schema, cancellation)).Fields.Select(field => field.Pointer).Where(pointer => !pointer.Contains('*', StringComparison.Ordinal))];

    static VerdictItem Judge(VerifyQuestion question, IReadOnlyList<PointRecord> found)
    {
        if (found is [] or [{ Doc: null }])
            return new VerdictItem(NotFound, new Dictionary<string, string>());
        if (found.Count > 1)
            return new VerdictItem(NotUnique, new Dictionary<string, string>());
        var (pointers, record) = (question.Claims.Keys.ToList(), found[0].Doc!);
        var slices = new FieldReader(pointers).Read(record);
        var claims = new Dictionary<string, string>();
        for (var i = 0; i < pointers.Count; i++)
            claims[pointers[i]] = Holds(question.Claims[pointers[i]], slices[i], record) ? Yes : No;
        return new VerdictItem(claims.Values.All(each => each == Yes) ? Yes : No, claims);
    }

    /// <summary>Records are stored in canonical form, so two values are the same when their canonical bytes are. Null is claimed of what is not there too.</summary>
    static bool Holds(JsonElement claimed, FieldSlice slice, byte[] record)
    {
        if (slice.Missing)
            return claimed.ValueKind == JsonValueKind.Null;
        try
        {
            return CanonicalJson.Of(claimed).AsSpan().SequenceEqual(slice.Of(record));
        }
        catch (JsonException)
        {
            return false; // no record has a value without a canonical form
        }
    }
}
