using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Samples.Clients;

/// <summary>The signature of a webhook (Standard Webhooks, HMAC-SHA256).</summary>
static class Webhook
{
    static readonly TimeSpan tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether a body was signed by one of the secrets, and lately.</summary>
    /// <param name="secrets">Two while one takes the place of the other.</param>
    /// <param name="id">Header <c>webhook-id</c>.</param>
    /// <param name="timestamp">Header <c>webhook-timestamp</c>.</param>
    /// <param name="signature">Header <c>webhook-signature</c>.</param>
    /// <param name="body">Its bytes as they came.</param>
    /// <param name="now">The time.</param>
    public static bool IsGenuine(IEnumerable<string> secrets, string id, string timestamp, string signature, byte[] body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > tolerance.TotalSeconds)
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        foreach (var secret in secrets)
        {
            var key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);
            var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
            if (signature.Split(' ').Any(each => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(each), expected)))
                return true;
        }
        return false;
    }
}
