using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Files;

/// <summary>What a delivery tells of itself: put into the drop last, so that what it names is there and whole.</summary>
/// <param name="Manifest">The form of this document.</param>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Publication">The publication that whoever applies the files has then.</param>
/// <param name="Schema">The JSON Schema that the records follow.</param>
/// <param name="Kind"><c>full</c>: the files are all that there is. <c>changes</c>: they are what changed.</param>
/// <param name="Sequence">Number of the delivery. Higher ones are later.</param>
/// <param name="Previous">The delivery that the changes begin at; null before the first.</param>
/// <param name="Reading">Counts the readings of the whole dataset: another begins with a full delivery.</param>
/// <param name="Cursor">Where to go on in the change feed of the API, by the same grant.</param>
/// <param name="Files">The files.</param>
sealed record FileManifest(
    [property: JsonPropertyName("exchangeManifest")] int Manifest, Guid Subscription, string Dataset, int Publication, string? Schema, DropMode Mode, DropMode Kind, long Sequence, long? Previous,
    long Reading, FileForm Form, bool Gzip, DateTimeOffset WrittenAt, string Cursor, IReadOnlyList<ManifestFile> Files)
{
    static readonly JsonSerializerOptions indented = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>As it is put into the drop.</summary>
    public string ToText() => JsonSerializer.Serialize(this, indented) + "\n";
}

/// <summary>One file of a delivery.</summary>
/// <param name="Name">Its name, in the same folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes as they lie there, in hexadecimal.</param>
/// <param name="Records">Lines or rows, a header not counted.</param>
/// <param name="Upserts">Those of them that bring a record.</param>
/// <param name="Deletes">Those of them that take one away.</param>
sealed record ManifestFile(string Name, long Bytes, string Sha256, long Records, long Upserts, long Deletes);
