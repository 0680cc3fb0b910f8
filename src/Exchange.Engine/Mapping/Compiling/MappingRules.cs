using System.Security.Cryptography;
using System.Text;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>One name for everything that turns a row into a record.</summary>
internal static class MappingRules
{
    /// <summary>A module's version id changes with its code: a corrected engine must not trust what the one before made.</summary>
    static readonly string engine = typeof(MappingRules).Module.ModuleVersionId.ToString("n");

    /// <summary>SHA-256, in hexadecimal.</summary>
    public static string Of(MappingDocument document, IReadOnlyList<SourceColumn> columns, SharedSchema schema)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(document.Digest);
        hash.AppendData(SHA256.HashData(schema.Utf8.Span));
        foreach (var column in columns)
            hash.AppendData(Encoding.UTF8.GetBytes($"{column.Name}\0{column.Kind}\0"));
        hash.AppendData(Encoding.UTF8.GetBytes(engine));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
