using System.Text;
using System.Text.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Schema;

namespace Exchange.Engine.Schemas.Library;

/// <summary>What Newtonsoft.Json.Schema says about a schema: a second pair of eyes that shares no code with the plan.</summary>
static class LibraryOpinion
{
    /// <summary>Loads a schema with every reference resolved.</summary>
    /// <exception cref="SchemaException">The library refuses it.</exception>
    public static JSchema Load(ReadOnlySpan<byte> utf8, Func<Uri, JsonDocument?>? resolver)
    {
        using var reader = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(utf8))) { DateParseHandling = DateParseHandling.None };
        // The library's package lacks the metaschema of 2020-12, so the version is checked by our own plan instead.
        var settings = new JSchemaReaderSettings { Resolver = new Documents(resolver), ValidateVersion = false };
        try
        {
            return JSchema.Load(reader, settings);
        }
        catch (Exception error) when (error is JSchemaException or Newtonsoft.Json.JsonException)
        {
            throw new SchemaException([new SchemaProblem("", $"Newtonsoft.Json.Schema refuses it: {error.Message.TrimEnd('.')}", "Correct what it names")]);
        }
    }

    /// <summary>Serves documents to the library from where the plan takes them, and never from the network.</summary>
    sealed class Documents(Func<Uri, JsonDocument?>? resolver) : JSchemaResolver
    {
        public override Stream? GetSchemaResource(ResolveSchemaContext context, SchemaReference reference)
        {
            var uri = reference.BaseUri!;
            var document = Compiling.Metaschemas.Find(uri.AbsoluteUri.TrimEnd('#')) ?? resolver?.Invoke(uri);
            return document is null ? null : new MemoryStream(Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
        }
    }
}
