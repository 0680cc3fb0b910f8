using System.Text.Json;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>Which record is looked up: by its key, or by the values of declared fields.</summary>
/// <param name="Key">The key.</param>
/// <param name="Fields">Values by JSON pointer: of all the fields of one combination that the dataset declares in <c>lookup</c>.</param>
public sealed record LookupQuestion(string? Key = null, IReadOnlyDictionary<string, JsonElement>? Fields = null);

/// <summary>Whether something holds of a record.</summary>
/// <param name="Claims">Values by JSON pointer that the record is said to have.</param>
/// <param name="Key">The key.</param>
/// <param name="Fields">Values by JSON pointer, in place of the key.</param>
public sealed record VerifyQuestion(IReadOnlyDictionary<string, JsonElement> Claims, string? Key = null, IReadOnlyDictionary<string, JsonElement>? Fields = null)
{
    /// <summary>Which record.</summary>
    internal LookupQuestion Record => new(Key, Fields);
}

/// <summary>Several look-ups at once.</summary>
/// <param name="Items">Answered in this order.</param>
public sealed record LookupBatch(IReadOnlyList<LookupQuestion> Items);

/// <summary>Several verifications at once.</summary>
/// <param name="Items">Answered in this order.</param>
public sealed record VerifyBatch(IReadOnlyList<VerifyQuestion> Items);

/// <summary>Whose word an answer is, and as of when.</summary>
/// <param name="Department">The department that publishes the dataset.</param>
/// <param name="Publication">Number of the publication that was asked.</param>
/// <param name="AsOf">When it was published.</param>
public sealed record AnswerSource(string Dataset, string Department, int Publication, DateTimeOffset? AsOf);

// The shapes of the answers with records, for /openapi/v1.json: they are written from stored bytes.

/// <summary>A record that was found.</summary>
/// <param name="Record">What the grant shows of it.</param>
public sealed record FoundRecord(string Key, JsonElement Record, AnswerSource Source);

/// <summary>Answers in the order of the questions.</summary>
public sealed record LookupAnswers(IReadOnlyList<LookupAnswer> Answers, AnswerSource Source);

/// <summary>The answer to one look-up of a batch.</summary>
/// <param name="Result"><c>found</c>, <c>not-found</c>, <c>deleted</c> or <c>not-unique</c>.</param>
/// <param name="Key">Of a record that was found.</param>
/// <param name="Record">What the grant shows of it.</param>
public sealed record LookupAnswer(string Result, string? Key = null, JsonElement? Record = null);

/// <summary>Whether the claims hold.</summary>
/// <param name="Answer"><c>yes</c> when all hold, <c>no</c> when one does not, <c>not-found</c> when there is no such record.</param>
/// <param name="Claims"><c>yes</c> or <c>no</c> for each; none when there is no such record.</param>
public sealed record Verdict(string Answer, IReadOnlyDictionary<string, string> Claims, AnswerSource Source);

/// <summary>Verdicts in the order of the questions.</summary>
public sealed record Verdicts(IReadOnlyList<VerdictItem> Answers, AnswerSource Source);

/// <summary>The verdict on one question of a batch.</summary>
/// <param name="Answer"><c>yes</c>, <c>no</c>, <c>not-found</c> or <c>not-unique</c>.</param>
/// <param name="Claims"><c>yes</c> or <c>no</c> for each; none without a record.</param>
public sealed record VerdictItem(string Answer, IReadOnlyDictionary<string, string> Claims);
