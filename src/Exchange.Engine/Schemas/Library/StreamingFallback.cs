using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Library;
using Newtonsoft.Json;
using Newtonsoft.Json.Schema;

namespace Exchange.Engine.Schemas;

/// <summary>An error that the fallback found.</summary>
/// <param name="RecordIndex">Which record, from 0.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record FallbackError(long RecordIndex, SchemaError Error);

/// <summary>
/// Validates a stream of records by Newtonsoft.Json.Schema, for the keywords in <see cref="SchemaPlan.Uncovered"/>.
/// All records pass as items of one array through one validating reader, so that a stream counts as one validation
/// against the library's quota of 1,000 an hour. Where the quota is used up nonetheless, the fallback steps aside:
/// <see cref="Unavailable"/> says so and nothing is refused for it. Not thread-safe.
/// </summary>
public sealed class StreamingFallback : IDisposable
{
    readonly JSchema items;
    readonly List<SchemaError> found = [];
    RecordArrayReader records = new();
    JSchemaValidatingReader? reader;

    /// <summary>Prepares to validate against a schema.</summary>
    /// <exception cref="SchemaException">The library cannot load it.</exception>
    public StreamingFallback(ReadOnlyMemory<byte> schemaUtf8, Func<Uri, JsonDocument?>? resolver = null)
    {
        items = new JSchema { Items = { LibraryOpinion.Load(schemaUtf8.Span, resolver) } };
    }

    /// <summary>Records seen so far.</summary>
    public long Count { get; private set; }

    /// <summary>Why records are no longer double-checked; null while they are.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>Validates the next record, which must be sound JSON, and adds what is wrong with it.</summary>
    /// <returns>False when something was added.</returns>
    public bool Validate(ReadOnlySpan<byte> utf8Json, List<FallbackError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var index = Count++;
        if (Unavailable is not null)
            return true;
        found.Clear();
        try
        {
            Pump(utf8Json);
        }
        catch (JSchemaException error)
        {
            Unavailable = $"Newtonsoft.Json.Schema stopped at record {index}: {error.Message} Register a licence key to have records double-checked.";
            return true;
        }
        catch (JsonReaderException)
        {
            // The array cannot be gone on with: the next record begins another.
            found.Add(new SchemaError("", "json", "", "cannot be read by Newtonsoft.Json"));
            reader = null;
        }
        errors.AddRange(found.Select(e => new FallbackError(index, e)));
        return found.Count == 0;
    }

    void Pump(ReadOnlySpan<byte> utf8Json)
    {
        if (reader is null)
        {
            records = new RecordArrayReader();
            reader = new JSchemaValidatingReader(records) { Schema = items };
            reader.ValidationEventHandler += (_, e) => found.Add(Translate(e.ValidationError));
            reader.Read();
        }
        records.Next(utf8Json);
        do
        {
            reader.Read();
        }
        while (reader.Depth > 1 || reader.TokenType is JsonToken.StartObject or JsonToken.StartArray);
    }

    /// <summary>The library's own messages hold the value, so they are not passed on.</summary>
    static SchemaError Translate(ValidationError error)
    {
        var keyword = error.ErrorType switch
        {
            ErrorType.MinimumLength => "minLength",
            ErrorType.MaximumLength => "maxLength",
            ErrorType.MinimumItems => "minItems",
            ErrorType.MaximumItems => "maxItems",
            ErrorType.MinimumProperties => "minProperties",
            ErrorType.MaximumProperties => "maxProperties",
            ErrorType.MinimumContains => "minContains",
            ErrorType.MaximumContains => "maxContains",
            var other => string.Create(CultureInfo.InvariantCulture, $"{char.ToLowerInvariant(other.ToString()[0])}{other.ToString()[1..]}"),
        };
        return new SchemaError(PointerOf(error.Path ?? ""), keyword, error.SchemaId?.OriginalString.TrimStart('#') ?? "", $"must satisfy \"{keyword}\" of the schema");
    }

    /// <summary>Turns a path such as <c>[7].a['b c'][0]</c> into <c>/a/b c/0</c>: the first index is the record's.</summary>
    static string PointerOf(string path)
    {
        var pointer = new StringBuilder();
        for (var at = Math.Max(path.IndexOf(']', StringComparison.Ordinal) + 1, 0); at < path.Length;)
        {
            var quoted = path.AsSpan(at).StartsWith("['");
            var start = at + (quoted ? 2 : 1);
            var end = quoted ? path.IndexOf("']", start, StringComparison.Ordinal)
                : path[at] == '[' ? path.IndexOf(']', start) : path.IndexOfAny(['.', '['], start);
            end = end < 0 ? path.Length : end;
            pointer.Append('/').Append(JsonPointer.Escape(path[start..end]));
            at = end + (quoted ? 2 : path[at] == '[' ? 1 : 0);
        }
        return pointer.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable?)reader)?.Dispose();
}
