using System.Text;
using System.Text.Json;

namespace Exchange.Engine.Records;

/// <summary>
/// Finds the values at a fixed set of JSON pointers (RFC 6901, through objects only) in one pass over a record's
/// bytes, without building objects. Not thread-safe: the slices are reused.
/// </summary>
public sealed class FieldReader
{
    readonly Node root = new();
    readonly FieldSlice[] slices;

    /// <summary>Prepares to find these pointers; slice <c>i</c> belongs to pointer <c>i</c>.</summary>
    public FieldReader(IReadOnlyList<string> pointers)
    {
        slices = new FieldSlice[pointers.Count];
        for (var i = 0; i < pointers.Count; i++)
        {
            var node = root;
            foreach (var part in pointers[i].Split('/').Skip(1))
                node = node.Child(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
            node.Slice = i;
        }
    }

    /// <summary>Finds the values in one record.</summary>
    /// <param name="json">A JSON object, well formed.</param>
    /// <returns>Per pointer its slice of <paramref name="json"/>; <see cref="FieldSlice.Missing"/> where there is none.
    /// Valid until the next call.</returns>
    public ReadOnlySpan<FieldSlice> Read(ReadOnlySpan<byte> json)
    {
        Array.Clear(slices);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        ReadObject(ref reader, root);
        return slices;
    }

    void ReadObject(ref Utf8JsonReader reader, Node node)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = node.Find(ref reader);
            reader.Read();
            if (child is null)
            {
                reader.Skip();
                continue;
            }
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            if (kind == JsonTokenType.StartObject && child.HasChildren)
                ReadObject(ref reader, child);
            else
                reader.Skip();
            if (child.Slice >= 0)
                slices[child.Slice] = new FieldSlice(kind, start, (int)reader.BytesConsumed - start);
        }
    }

    sealed class Node
    {
        readonly List<(byte[] Name, Node Node)> children = [];

        public int Slice { get; set; } = -1;

        public bool HasChildren => children.Count > 0;

        public Node Child(string name)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            foreach (var child in children)
            {
                if (child.Name.AsSpan().SequenceEqual(utf8))
                    return child.Node;
            }
            var node = new Node();
            children.Add((utf8, node));
            return node;
        }

        public Node? Find(ref Utf8JsonReader reader)
        {
            foreach (var child in children)
            {
                if (reader.ValueTextEquals(child.Name))
                    return child.Node;
            }
            return null;
        }
    }
}

/// <summary>One value inside a record's bytes.</summary>
/// <param name="Kind"><see cref="JsonTokenType.None"/> when the record has no such field.</param>
/// <param name="Start">Offset of the value's first byte, quotes included.</param>
/// <param name="Length">Bytes of the value.</param>
public readonly record struct FieldSlice(JsonTokenType Kind, int Start, int Length)
{
    /// <summary>True when the record has no such field, or has null there.</summary>
    public bool Missing => Kind is JsonTokenType.None or JsonTokenType.Null;

    /// <summary>The value as it stands in the record.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <summary>The text of a string without quotes and escapes, or the value as it stands; needs a buffer for escapes.</summary>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> json, ref byte[] scratch)
    {
        if (Kind != JsonTokenType.String)
            return Of(json);
        var inner = json.Slice(Start + 1, Length - 2);
        if (inner.IndexOf((byte)'\\') < 0)
            return inner;
        if (scratch.Length < inner.Length)
            scratch = new byte[inner.Length];
        var reader = new Utf8JsonReader(Of(json));
        reader.Read();
        return scratch.AsSpan(0, reader.CopyString(scratch));
    }
}
