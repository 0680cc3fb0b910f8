using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping.Writers;

/// <summary>One member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pointer">JSON pointer of the field in the record.</param>
/// <param name="Writer">Writes its value.</param>
/// <param name="Required">The schema asks for it.</param>
/// <param name="Nullable">The schema admits null for it.</param>
internal sealed record Member(string Name, string Pointer, Writer Writer, bool Required, bool Nullable);

/// <summary>
/// An object. A member without a value is left out; where the schema requires it, it is null if the schema admits that,
/// and a fault otherwise. An inner object in which nothing has a value is no value itself.
/// </summary>
internal sealed class ObjectWriter : Writer
{
    readonly Part[] parts;
    readonly bool isRoot;

    public ObjectWriter(IEnumerable<Member> members, bool isRoot)
    {
        this.isRoot = isRoot;
        // RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is what ordinal comparison of strings does.
        parts = [.. members.OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => new Part(member))];
    }

    public override bool Write(Row row, JsonBuffer json)
    {
        var open = false;
        var hasValue = false;
        var missing = 0;
        var before = row.Faults.Count;
        foreach (var part in parts)
        {
            var start = json.Length;
            var faults = row.Faults.Count;
            json.Write(open ? part.Following : part.Leading);
            if (part.Member.Writer.Write(row, json))
            {
                open = hasValue = true;
                continue;
            }
            json.Truncate(start);
            if (row.Faults.Count > faults)
                row.Blame(faults, part.Member.Pointer);
            else if (part.Member is { Required: true, Nullable: true })
                open = WriteNull(json, open ? part.Following : part.Leading);
            else if (part.Member.Required)
                missing += NoteMissing(row, part.Member.Pointer);
        }
        if (!hasValue && !isRoot)
        {
            if (missing == row.Faults.Count - before)
                row.Faults.RemoveRange(before, missing); // what is not there at all lacks nothing
            return false;
        }
        json.Write(open ? "}"u8 : "{}"u8);
        return true;
    }

    static bool WriteNull(JsonBuffer json, byte[] prefix)
    {
        json.Write(prefix);
        json.Write("null"u8);
        return true;
    }

    static int NoteMissing(Row row, string pointer)
    {
        row.Faults.Add(new FieldFault("schema-required", pointer, "The schema requires a value and the row has none."));
        return 1;
    }

    readonly struct Part(Member member)
    {
        public Member Member { get; } = member;

        public byte[] Leading { get; } = Prefix('{', member.Name);

        public byte[] Following { get; } = Prefix(',', member.Name);

        static byte[] Prefix(char separator, string name)
        {
            var prefix = new JsonBuffer(64);
            prefix.Write((byte)separator);
            prefix.WriteString(System.Text.Encoding.UTF8.GetBytes(name));
            prefix.Write((byte)':');
            return prefix.WrittenSpan.ToArray();
        }
    }
}
