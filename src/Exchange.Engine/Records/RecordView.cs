using System.Text;

namespace Exchange.Engine.Records;

/// <summary>
/// What may be seen of a record: some fields, some of them masked. It is applied to the stored bytes without building
/// objects; the output is canonical JSON again. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A pointer (RFC 6901; <c>*</c> stands for every item of an array, as in <c>/partners/*/name</c>) shows everything
/// beneath its field, unless fields beneath it are named too: then only those. A mask covers everything beneath its
/// field. Whatever is not of the shape that the pointers speak of is not shown.
/// </remarks>
public sealed class RecordView
{
    readonly ViewNode root;
    readonly KeyedHash? hash;

    RecordView(ViewNode root, KeyedHash? hash) => (this.root, this.hash) = (root, hash);

    /// <summary>Shows records as they are.</summary>
    public static RecordView Whole { get; } = new(ViewNode.Whole, null);

    /// <summary>True when records are shown as they are, so that nobody need look at their bytes.</summary>
    public bool IsWhole => root.IsShown;

    /// <summary>A view of the named fields.</summary>
    /// <param name="pointers">The fields that are shown.</param>
    /// <param name="masks">The fields of which only a mask is shown; a mask alone shows nothing.</param>
    /// <param name="hashKey">Key of <see cref="FieldMask.Hash"/>; may be empty where no field has that mask.</param>
    /// <exception cref="ArgumentException">A pointer is none, or a hash has no key.</exception>
    public static RecordView Of(IEnumerable<string> pointers, IReadOnlyDictionary<string, FieldMask> masks, ReadOnlyMemory<byte> hashKey)
    {
        ArgumentNullException.ThrowIfNull(pointers);
        ArgumentNullException.ThrowIfNull(masks);
        if (hashKey.IsEmpty && masks.Values.Contains(FieldMask.Hash))
            throw new ArgumentException("A hash without a key could be undone by trying values: give the consumer's key.", nameof(hashKey));
        var tree = new ViewTree();
        foreach (var pointer in pointers)
            tree.Show(Segments(pointer));
        foreach (var (pointer, mask) in masks)
            tree.Cover(Segments(pointer), mask);
        return new RecordView(tree.Compile(), hashKey.IsEmpty ? null : new KeyedHash(hashKey));
    }

    /// <summary>Whether a field is shown as it is, and everything beneath it.</summary>
    public bool Shows(string pointer) => root.Find(Segments(pointer)) is { IsShown: true };

    /// <summary>Whether anything of a field is shown, masked or not.</summary>
    public bool Includes(string pointer) => root.Find(Segments(pointer)) is not null;

    /// <summary>Appends what may be seen of one record.</summary>
    /// <param name="record">A JSON object in canonical form.</param>
    /// <param name="output">Where to.</param>
    public void Write(ReadOnlySpan<byte> record, JsonBuffer output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var before = output.Length;
        root.Write(record, 0, hash, output);
        if (output.Length == before)
            output.Write("{}"u8);
    }

    static byte[][] Segments(string pointer) => pointer is ['/', ..]
        ? [.. pointer[1..].Split('/').Select(segment => CanonicalName(segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))]
        : throw new ArgumentException($"'{pointer}' is not the JSON pointer of a field; write it as /name or /address/city.", nameof(pointer));

    /// <summary>A member's name as it stands in a record: quotes, escapes and all.</summary>
    static byte[] CanonicalName(string name)
    {
        var output = new JsonBuffer();
        output.WriteString(Encoding.UTF8.GetBytes(name));
        return output.WrittenSpan.ToArray();
    }
}
