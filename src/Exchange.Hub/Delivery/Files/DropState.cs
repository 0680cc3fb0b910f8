using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Files;

/// <summary>
/// How a drop stands after a delivery, kept in the drop itself. Once it is there the delivery is decided: whoever comes
/// next brings it to its end as it was, whatever was published meanwhile. It is the truth, and the hub's own tables follow it.
/// </summary>
/// <param name="Sequence">Number of the delivery.</param>
/// <param name="Revision">The subscription as people had it.</param>
/// <param name="From">The place of which it brought the changes.</param>
/// <param name="To">The place that it brought the drop to.</param>
/// <param name="Part">What the data file is called until it is all there.</param>
/// <param name="Data">Its name.</param>
/// <param name="Manifest">The manifest's name.</param>
/// <param name="ManifestText">All of the manifest.</param>
/// <param name="Checksum">Name of the checksum's file; null for none.</param>
/// <param name="ChecksumText">All of it.</param>
/// <param name="Records">Changes in the file.</param>
/// <param name="Bytes">Its length.</param>
sealed record DropState(
    long Sequence, int Revision, PushPlace From, PushPlace To, string Part, string Data, string Manifest, string ManifestText, string? Checksum, string? ChecksumText, long Records, long Bytes)
{
    /// <summary>None is larger.</summary>
    public const int MostBytes = 256 * 1024;

    const long HighestNumber = 1_000_000_000_000;

    /// <summary>As it is stored.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options);

    /// <summary>Reads one.</summary>
    /// <param name="bytes">What the drop holds, which the hub did not necessarily write.</param>
    /// <param name="sequence">The number that its name tells.</param>
    /// <param name="names">How its files must be called.</param>
    /// <returns>Null when it is none.</returns>
    public static DropState? Parse(byte[] bytes, long sequence, DropNames names)
    {
        try
        {
            var state = JsonSerializer.Deserialize<DropState>(bytes, ApiJson.Options);
            return state is not null && state.Sequence == sequence && sequence is > 0 and < HighestNumber && state.To.Cursor is not null
                && names.IsPart(state.Part) && IsName(state.Data) && state.Manifest == names.Manifest(sequence) && (state.Checksum is null || IsName(state.Checksum))
                && state.ChecksumText is null == state.Checksum is null
                    ? state
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static bool IsName(string name) => name.Length > 0 && name[0] != '.' && !name.AsSpan().ContainsAny('/', '\\', '\0');
}
