using System.IO.Hashing;

namespace Exchange.Engine.Schemas.Instances;

/// <summary>Equality of JSON values as JSON Schema defines it: numbers by value, objects without order.</summary>
static class JsonEquality
{
    public static bool Equal(in JsonView left, int l, in JsonView right, int r)
    {
        ref readonly var a = ref left[l];
        ref readonly var b = ref right[r];
        if (IsNumber(a.Kind) && IsNumber(b.Kind))
            return left.Text(l).SequenceEqual(right.Text(r)) || ExactNumber.Parse(left.Text(l)).Equals(ExactNumber.Parse(right.Text(r)));
        if (a.Kind != b.Kind)
            return false;
        return a.Kind switch
        {
            TokenKind.String => left.Text(l).SequenceEqual(right.Text(r)),
            TokenKind.Array => a.Length == b.Length && EqualItems(left, l, right, r),
            TokenKind.Object => a.Length == b.Length && EqualProperties(left, l, right, r),
            _ => true,
        };
    }

    static bool IsNumber(TokenKind kind) => kind is TokenKind.Integer or TokenKind.Number;

    static bool EqualItems(in JsonView left, int l, in JsonView right, int r)
    {
        var items = left[l].Length;
        l++;
        r++;
        for (var i = 0; i < items; i++, l = left[l].Next, r = right[r].Next)
        {
            if (!Equal(left, l, right, r))
                return false;
        }
        return true;
    }

    static bool EqualProperties(in JsonView left, int l, in JsonView right, int r)
    {
        var members = left[l].Length;
        var first = r + 1;
        var candidate = first;
        for (int i = 0, name = l + 1; i < members; i++, name = left[name + 1].Next)
        {
            // Objects mostly agree in order: look first behind the last hit, then around.
            var tries = 0;
            while (tries < members && !SameName(left, name, right, candidate))
            {
                tries++;
                candidate = After(right, r, first, candidate);
            }
            if (tries == members || !Equal(left, name + 1, right, candidate + 1))
                return false;
            candidate = After(right, r, first, candidate);
        }
        return true;
    }

    static int After(in JsonView json, int container, int first, int name) =>
        json[name + 1].Next is var next && next < json[container].Next ? next : first;

    static bool SameName(in JsonView left, int l, in JsonView right, int r) =>
        left[l].Next == right[r].Next && left.Text(l).SequenceEqual(right.Text(r));

    /// <summary>Equal values have equal hashes.</summary>
    public static ulong Hash(in JsonView json, int token, long seed)
    {
        ref readonly var t = ref json[token];
        switch (t.Kind)
        {
            case TokenKind.String:
                return XxHash3.HashToUInt64(json.Text(token), seed);
            case TokenKind.Integer or TokenKind.Number:
                return (ulong)ExactNumber.Parse(json.Text(token)).GetHashCode();
            case TokenKind.Array:
                var items = 17UL;
                for (int i = 0, item = token + 1; i < t.Length; i++, item = json[item].Next)
                    items = (items * 0x9E3779B97F4A7C15) + Hash(json, item, seed);
                return items;
            case TokenKind.Object:
                var members = 31UL;
                for (int i = 0, name = token + 1; i < t.Length; i++, name = json[name + 1].Next)
                    members += (XxHash3.HashToUInt64(json.Text(name), seed) ^ 0xD6E8FEB86659FD93) * (Hash(json, name + 1, seed) | 1);
                return members;
            default:
                return (ulong)t.Kind;
        }
    }
}
