using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// A row's key and values, each in the one spelling of its column's form, whether they come from a record or were read
/// back: so rows are compared by their bytes. Not thread-safe.
/// </summary>
sealed class CanonicalRow(IReadOnlyList<BoundColumn> columns)
{
    const int Null = -1;

    readonly JsonBuffer bytes = new(4096);
    readonly (int Start, int Length)[] places = new (int, int)[columns.Count];
    readonly FieldReader fields = new([.. columns.Select(column => column.Pointer)]);
    readonly JsonBuffer number = new();
    byte[] scratch = new byte[1024];

    /// <summary>The key.</summary>
    public byte[] Key { get; private set; } = [];

    /// <summary>Everything, lengths included.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.WrittenSpan;

    /// <summary>Takes a record.</summary>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> document)
    {
        Begin(key.ToArray());
        var slices = fields.Read(document);
        for (var i = 0; i < columns.Count; i++)
            Add(i, slices[i].Missing ? default : Spell(columns[i], slices[i], document), slices[i].Missing);
    }

    /// <summary>Takes a row as it was read back.</summary>
    public void Set(byte[] key, Func<int, string?> read)
    {
        Begin(key);
        for (var i = 0; i < columns.Count; i++)
        {
            var text = read(i);
            Add(i, text is null ? default : Spell(columns[i].Form, text), text is null);
        }
    }

    /// <summary>The columns whose values differ.</summary>
    public IReadOnlyList<string> Differences(CanonicalRow other) => [.. columns.Where((_, i) => !Value(i).SequenceEqual(other.Value(i)) || places[i].Length != other.places[i].Length).Select(column => column.Name)];

    ReadOnlySpan<byte> Value(int column) => places[column].Length == Null ? default : bytes.WrittenSpan.Slice(places[column].Start, places[column].Length);

    void Begin(byte[] key)
    {
        bytes.Clear();
        Key = key;
        AddBytes(key);
    }

    void Add(int column, ReadOnlySpan<byte> value, bool isNull)
    {
        if (isNull)
        {
            WriteLength(Null);
            places[column] = (bytes.Length, Null);
            return;
        }
        AddBytes(value);
        places[column] = (bytes.Length - value.Length, value.Length);
    }

    void AddBytes(ReadOnlySpan<byte> value)
    {
        WriteLength(value.Length);
        bytes.Write(value);
    }

    void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(4), length);
        bytes.Advance(4);
    }

    /// <summary>A value that its column could not hold stands as it is written: it equals nothing that was read back.</summary>
    ReadOnlySpan<byte> Spell(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document)
    {
        try
        {
            return column.Form switch
            {
                ColumnKind.Instant => Encoding.ASCII.GetBytes(TableValues.Spell(TableValues.Instant(column, slice, document))),
                ColumnKind.Text => TableValues.Text(column, slice, document, ref scratch),
                ColumnKind.Date when slice.Kind == JsonTokenType.String => slice.Of(document)[1..^1],
                _ => slice.Of(document),
            };
        }
        catch (TableValueException)
        {
            return slice.Of(document);
        }
    }

    ReadOnlySpan<byte> Spell(ColumnKind form, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        switch (form)
        {
            case ColumnKind.Boolean: return text is "1" or "t" or "true" ? "true"u8 : "false"u8;
            case ColumnKind.Instant: return TableValues.TryInstant(utf8, out var instant) ? Encoding.ASCII.GetBytes(TableValues.Spell(instant)) : utf8;
            case ColumnKind.Number:
                number.Clear();
                return CanonicalNumber.TryWrite(utf8, number) ? number.WrittenSpan : utf8;
            case ColumnKind.Json:
                try
                {
                    return CanonicalJson.Of(utf8);
                }
                catch (JsonException)
                {
                    return utf8;
                }
            default: return utf8;
        }
    }
}
