using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>
/// The last line of an NDJSON export for whoever asked for it: for those behind proxies that end a broken body in good
/// order. <c>{"exchange":{"complete":true,"publication":12,"records":3,"sha256":"…"}}</c>; the hash is that of all bytes before it.
/// </summary>
static class ClosingLine
{
    public static byte[] Of(int publication, long records, IncrementalHash lines) => Encoding.UTF8.GetBytes(FormattableString.Invariant(
        $$$"""{"exchange":{"complete":true,"publication":{{{publication}}},"records":{{{records}}},"sha256":"{{{Convert.ToHexStringLower(lines.GetHashAndReset())}}}"}}""") + "\n");
}
