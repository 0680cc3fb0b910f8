using System.Buffers;
using System.Security.Cryptography;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary><c>minItems</c>, <c>maxItems</c>, <c>minProperties</c>, <c>maxProperties</c></summary>
sealed class CountKeyword(string name, string pointer, KindSet kind, long bound, string message)
    : SimpleKeyword(name, pointer, kind, message)
{
    readonly bool isMax = name.StartsWith("max", StringComparison.Ordinal);

    protected override bool Holds(in JsonView json, int token) => isMax ? json[token].Length <= bound : json[token].Length >= bound;
}

/// <summary><c>uniqueItems</c></summary>
sealed class UniqueItemsKeyword(string pointer) : SimpleKeyword("uniqueItems", pointer, KindSet.Array, "must not hold the same value twice")
{
    /// <summary>Up to this many items each is compared with each.</summary>
    const int Few = 8;
    readonly long seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    protected override bool Holds(in JsonView json, int token) =>
        json[token].Length <= Few ? HoldsForFew(json, token) : HoldsForMany(json, token);

    static bool HoldsForFew(in JsonView json, int token)
    {
        var items = json[token].Length;
        var left = token + 1;
        for (var i = 0; i < items; i++, left = json[left].Next)
        {
            var right = json[left].Next;
            for (var j = i + 1; j < items; j++, right = json[right].Next)
            {
                if (JsonEquality.Equal(json, left, json, right))
                    return false;
            }
        }
        return true;
    }

    bool HoldsForMany(in JsonView json, int token)
    {
        var items = json[token].Length;
        var hashes = ArrayPool<ulong>.Shared.Rent(items);
        var places = ArrayPool<int>.Shared.Rent(items);
        for (int i = 0, item = token + 1; i < items; i++, item = json[item].Next)
            (hashes[i], places[i]) = (JsonEquality.Hash(json, item, seed), item);
        hashes.AsSpan(0, items).Sort(places.AsSpan(0, items));
        var unique = true;
        for (var i = 0; i < items && unique; i++)
        {
            for (var j = i + 1; j < items && hashes[j] == hashes[i] && unique; j++)
                unique = !JsonEquality.Equal(json, places[i], json, places[j]);
        }
        ArrayPool<ulong>.Shared.Return(hashes);
        ArrayPool<int>.Shared.Return(places);
        return unique;
    }
}

/// <summary>
/// The items at the front each by a schema of its own, the rest by one: <c>prefixItems</c> with <c>items</c>, in
/// draft 7 <c>items</c> with <c>additionalItems</c>.
/// </summary>
sealed class ItemsKeyword(string name, string pointer, SchemaNode[] front, SchemaNode? rest) : Keyword(name, pointer, KindSet.Array)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        var items = json[token].Length;
        for (int i = 0, item = token + 1; i < items; i++, item = json[item].Next)
        {
            var schema = i < front.Length ? front[i] : rest;
            if (schema is null)
                break;
            valid &= schema.Check(evaluation, json, item);
            if (!valid && evaluation.Errors is null)
                return false;
            if (evaluation.Tracks)
                evaluation.Evaluated(item);
        }
        return valid;
    }
}

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c></summary>
sealed class ContainsKeyword(string pointer, SchemaNode schema, long min, long max, bool marks, string message)
    : Keyword("contains", pointer, KindSet.Array)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var found = 0L;
        for (int i = 0, item = token + 1; i < json[token].Length; i++, item = json[item].Next)
        {
            if (!evaluation.Holds(schema, json, item))
                continue;
            found++;
            if (marks && evaluation.Tracks)
                evaluation.Evaluated(item);
        }
        return (found >= min && found <= max) || Fail(evaluation, json, token, message);
    }
}

/// <summary><c>unevaluatedItems</c></summary>
sealed class UnevaluatedItemsKeyword(string pointer, SchemaNode schema) : Keyword("unevaluatedItems", pointer, KindSet.Array)
{
    public override int Order => 2;

    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        var evaluated = evaluation.StampEvaluated(json.Count);
        for (int i = 0, item = token + 1; i < json[token].Length; i++, item = json[item].Next)
        {
            if (evaluation.WasEvaluated(item, evaluated))
                continue;
            valid &= schema.Check(evaluation, json, item);
            if (!valid && evaluation.Errors is null)
                return false;
            evaluation.Evaluated(item);
        }
        return valid;
    }
}
