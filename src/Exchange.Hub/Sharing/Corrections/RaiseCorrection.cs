using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Tasks;
using Exchange.Hub.Sharing.Use;
using Npgsql;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>What a consumer says about a record.</summary>
/// <param name="Key">Key of the record.</param>
/// <param name="Statement">What is wrong.</param>
/// <param name="Field">JSON pointer of the field that is wrong; leave it out when the record as a whole is.</param>
/// <param name="Proposed">What would be right.</param>
public sealed record NewCorrection(string Key, string Statement, string? Field = null, string? Proposed = null);

/// <summary>
/// Says that a record is wrong. Whoever may see a record, and a field, may say so of it; nobody learns of others by trying.
/// The answer tells that there is such a record, so it is a use of the dataset like a look-up: counted, recorded, and
/// noticed when it is guessing.
/// </summary>
sealed class RaiseCorrection(
    NpgsqlDataSource database, AccessGate gate, SharingKeySource keys, CorrectionStore corrections, Clocks.Clocks clocks, Tasks.Tasks tasks, IAuditTrail audit, TimeProvider time)
{
    const int LongestText = 4000;

    /// <summary>What the record of use calls it.</summary>
    public const string Form = "correction";

    /// <summary>Says so.</summary>
    /// <exception cref="HubException">The caller may not see the record or the field, or what is said will not do.</exception>
    public async Task<Correction> ExecuteAsync(string dataset, NewCorrection said, string? purpose, string? caseNumber, Caller caller, CancellationToken cancellationToken)
    {
        Check(said);
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken) ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        using var access = await gate.DecideAsync(await QuestionAsync(caller, head, purpose, cancellationToken), caseNumber, takesRequest: true, cancellationToken);
        try
        {
            var raised = await database.InTransactionAsync(connection => RaiseAsync(connection, head, access, said, caller, cancellationToken), cancellationToken);
            access.RecordUse(UseOutcome.Served, Form, 1, 0, said.Key);
            return raised;
        }
        catch (HubException refusal)
        {
            access.RecordUse(UseOutcome.Refused, Form, 0, 0, said.Key, refusal.Code);
            throw;
        }
        catch
        {
            access.RecordUse(UseOutcome.BrokenOff, Form, 0, 0, said.Key, "failed");
            throw;
        }
    }

    static void Check(NewCorrection said) => new Validation()
        .Require(RecordKey.IsValid(said.Key), "/key", "is not a key", "Give the key of a record.")
        .Require(said.Statement.Trim().Length is >= 3 and <= LongestText, "/statement", "is empty or too long", $"Say in 3 to {LongestText} characters what is wrong.")
        .Require(said.Field is null || (said.Field.StartsWith('/') && !said.Field.Contains('*', StringComparison.Ordinal)), "/field", "is not a JSON pointer to a field", "Write /name, or leave it out for the record as a whole.")
        .Require(said.Proposed is null or { Length: <= LongestText }, "/proposed", "is too long", $"Give at most {LongestText} characters.")
        .ThrowIfAny();

    /// <summary>Any way of reading will do: a record that comes by the change feed may be wrong like one that was looked up.</summary>
    async Task<ReadQuestion> QuestionAsync(Caller caller, DatasetHead head, string? purpose, CancellationToken cancellationToken)
    {
        var questions = Enum.GetValues<DeliveryMode>().Select(mode => new ReadQuestion(caller, head, mode, purpose, time.GetUtcNow())).ToList();
        foreach (var question in questions)
        {
            if ((await gate.AnswerAsync(question, cancellationToken)).Refusal is null)
                return question;
        }
        return questions[0]; // which is refused
    }

    async Task<Correction> RaiseAsync(
        NpgsqlConnection connection, DatasetHead head, ReadAccess access, NewCorrection said, Caller caller, CancellationToken cancellationToken)
    {
        var (terms, secrets) = (access.Grant?.Terms, await keys.GetAsync(cancellationToken));
        if (said.Field is { } field && access.Grant is not null && !access.View.Shows(field))
            throw HubException.Forbidden("field-withheld", $"Your grant withholds or masks {field}; of what you cannot see you cannot say that it is wrong.");
        var record = await CurrentRecord.FindAsync(connection, head, said.Key, access.Rows, cancellationToken)
            ?? throw HubException.NotFound("record-not-found", $"There is no record with this key in {head.Name} that you may see.");
        await access.TakeAsync(1, cancellationToken);
        string[] masked = [.. terms?.Masks.Keys ?? []];
        var (id, now) = (Guid.CreateVersion7(time.GetUtcNow()), time.GetUtcNow());
        var correction = (await connection.FirstOrDefaultAsync(
            $"""
            insert into sharing.corrections
              (id, dataset, provider, consumer, raised_by, raised_role, key, field, statement, proposed, observed, raised_at, raised_in, checked_in, state, changed_at, fields, masked)
            values ($1, $2, $3, $4, $5, $6, $7, $8::text, $9, $10::bytea, $11, $12, $13, $13, 'raised', $12, $14::text[], $15) returning {Correction.Columns}
            """,
            [id, head.Name, head.Department, caller.Department, caller.Name, caller.Role.ToName(), secrets.Seal(said.Key), said.Field, secrets.Seal(said.Statement.Trim()),
             said.Proposed is { } proposed ? secrets.Seal(proposed) : null, Correction.Observe(record, said.Field, terms?.Fields, masked, secrets), now, head.Publication,
             terms?.Fields.ToArray(), masked],
            await corrections.ReadAsync(cancellationToken), cancellationToken))!;
        var clock = await clocks.StartAsync(connection, ClockKind.Correction, correction.Subject, head.Department, cancellationToken);
        await tasks.OpenAsync(connection, new NewTask("verify-correction", correction.Subject, Role.Steward, head.Department, $"{caller.Department} says that a record of {head.Name} is wrong", clock.DueAt), cancellationToken);
        await audit.AppendAsync(connection, caller, new CorrectionRaised(id, head.Name, caller.Department!, said.Field), cancellationToken);
        return correction;
    }
}
