using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Exchange.Hub.Tests.Delivery.Files;

/// <summary>
/// A consumer as the README's rules describe it, and no cleverer. It remembers every manifest that it has seen, and fails
/// when one changes, or names what is not there and whole.
/// </summary>
sealed class NaiveConsumer(string folder)
{
    readonly Dictionary<long, string> seen = [];

    /// <summary>Number of the last delivery that was applied.</summary>
    public long Last { get; private set; }

    /// <summary>Records by key.</summary>
    public SortedDictionary<string, string> Records { get; } = new(StringComparer.Ordinal);

    /// <summary>The manifests that lie in the folder, by their number.</summary>
    public IReadOnlyList<JsonElement> Manifests() => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.manifest.json").Select(Read).OrderBy(manifest => manifest.GetProperty("sequence").GetInt64())]
        : [];

    /// <summary>Applies what there is, and removes it when it is to.</summary>
    public void Take(bool remove = false)
    {
        foreach (var manifest in Manifests())
        {
            var sequence = manifest.GetProperty("sequence").GetInt64();
            if (seen.TryGetValue(sequence, out var before))
                Assert.That(manifest.GetRawText(), Is.EqualTo(before), $"delivery {sequence} is not what it was");
            seen[sequence] = manifest.GetRawText();
            if (sequence <= Last)
                continue;
            var full = manifest.GetProperty("kind").GetString() == "full";
            if (!full && manifest.GetProperty("previous").GetInt64() > Last)
                return; // one is missing: it waits
            if (full)
                Records.Clear();
            foreach (var file in manifest.GetProperty("files").EnumerateArray())
                Apply(file, manifest.GetProperty("gzip").GetBoolean());
            Last = sequence;
            if (remove)
                Remove(manifest);
        }
    }

    /// <summary>The bytes of a file, which are what its manifest says.</summary>
    public byte[] Open(JsonElement file, bool gzip)
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, file.GetProperty("name").GetString()!));
        Assert.That(bytes, Has.Length.EqualTo(file.GetProperty("bytes").GetInt64()));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(bytes)), Is.EqualTo(file.GetProperty("sha256").GetString()));
        if (!gzip)
            return bytes;
        using var plain = new MemoryStream();
        using (var packed = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            packed.CopyTo(plain);
        return plain.ToArray();
    }

    void Apply(JsonElement file, bool gzip)
    {
        var (upserts, deletes) = (0, 0);
        foreach (var line in System.Text.Encoding.UTF8.GetString(Open(file, gzip)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var change = JsonSerializer.Deserialize<JsonElement>(line);
            var key = change.GetProperty("key").GetString()!;
            if (change.GetProperty("op").GetString() == "delete")
            {
                Records.Remove(key);
                deletes++;
            }
            else
            {
                Records[key] = change.GetProperty("record").GetRawText();
                upserts++;
            }
        }
        Assert.That((upserts, deletes), Is.EqualTo((file.GetProperty("upserts").GetInt32(), file.GetProperty("deletes").GetInt32())));
    }

    /// <summary>Files first, the manifest last.</summary>
    void Remove(JsonElement manifest)
    {
        foreach (var file in manifest.GetProperty("files").EnumerateArray())
            File.Delete(Path.Combine(folder, file.GetProperty("name").GetString()!));
        File.Delete(Path.Combine(folder, $"{manifest.GetProperty("dataset").GetString()}-{manifest.GetProperty("sequence").GetInt64():D6}.manifest.json"));
    }

    static JsonElement Read(string path) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(path));
}
