using System.Text.Json;
using Exchange.Engine.Schemas.Compiling;
using Exchange.Engine.Schemas.Keywords;

namespace Exchange.Engine.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12 or 7) compiled for validation of UTF-8 text. Immutable and safe for use from several
/// threads; each thread takes a <see cref="SchemaValidator"/> of its own.
/// </summary>
public sealed class SchemaPlan
{
    SchemaPlan(SchemaNode root, SchemaCompiler compiler, SchemaPlanOptions options)
    {
        Root = root;
        Tracks = compiler.Tracks;
        Limits = options.Limits;
        Uncovered = compiler.Uncovered;
        Warnings = compiler.Warnings;
        Flat = FlatObject.TryBuild(root, compiler.Tracks);
    }

    internal SchemaNode Root { get; }

    internal bool Tracks { get; }

    internal DocumentLimits Limits { get; }

    /// <summary>Keywords that the plan does not check and <see cref="StreamingFallback"/> does. Mostly empty.</summary>
    public IReadOnlyList<UncoveredKeyword> Uncovered { get; }

    /// <summary>
    /// False when a document is written in an edition that is not compiled: then the fallback's answer counts, and the
    /// plan's, which reads it as the default edition, only while the fallback is not available.
    /// </summary>
    public bool CoversEdition => Uncovered.All(u => u.Keyword != "$schema");

    /// <summary>What the author should know though the schema is usable, such as an unknown format.</summary>
    public IReadOnlyList<SchemaProblem> Warnings { get; }

    /// <summary>
    /// The schema as a flat list of fields, when checking each scalar field by itself, plus which fields there are,
    /// comes to the same as validating the whole record; else null.
    /// </summary>
    public FlatObject? Flat { get; }

    /// <summary>Compiles a schema.</summary>
    /// <exception cref="SchemaException">The schema is unsound; the exception lists every problem.</exception>
    public static SchemaPlan Compile(JsonElement schema, SchemaPlanOptions? options = null)
    {
        options ??= new SchemaPlanOptions();
        var compiler = new SchemaCompiler(options);
        var root = compiler.CompileRoot(schema);
        return compiler.Problems.Count == 0 ? new SchemaPlan(root, compiler, options) : throw new SchemaException(compiler.Problems);
    }

    /// <summary>Compiles a schema from its text.</summary>
    /// <exception cref="SchemaException">The text is no JSON, or the schema is unsound.</exception>
    public static SchemaPlan Compile(ReadOnlyMemory<byte> utf8, SchemaPlanOptions? options = null)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Compile(document.RootElement, options);
        }
        catch (JsonException error)
        {
            throw new SchemaException([new SchemaProblem("", $"it is no JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}", "Correct the text there")]);
        }
    }

    /// <summary>A validator for one thread, with buffers of its own.</summary>
    public SchemaValidator CreateValidator() => new(this);
}
