using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>A Parquet file as a program that is none of ours reads it: npm's hyparquet.</summary>
/// <param name="Count">Rows.</param>
/// <param name="Groups">Row groups.</param>
/// <param name="About">What the file says of itself.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Rows">By column each value as text; null where there is none.</param>
sealed record ParquetReading(
    long Count, int Groups, IReadOnlyDictionary<string, string> About, IReadOnlyList<ParquetReadColumn> Columns, IReadOnlyList<IReadOnlyDictionary<string, string?>> Rows)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly string Folder = Path.Combine(Corpora.Repository, "tests/Exchange.Hub.Tests/Kit/Parquet");

    /// <summary>Reads a file.</summary>
    public static async Task<ParquetReading> OfAsync(byte[] file)
    {
        Corpora.RequireProgram("node");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Corpora.Missing($"the reader of Parquet is not installed; run npm ci in {Folder}");
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.parquet");
        await File.WriteAllBytesAsync(path, file);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("node", ["read.mjs", path])
            {
                WorkingDirectory = Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(Patience);
            Assert.That(process.ExitCode, Is.Zero, await complained);
            return JsonSerializer.Deserialize<ParquetReading>(await said, JsonSerializerOptions.Web)!;
        }
        finally
        {
            File.Delete(path);
        }
    }
}

/// <summary>A column of it.</summary>
/// <param name="Type">Its type as Parquet calls it: <c>UTF8</c>, <c>BOOLEAN</c>, <c>INT_64</c>, <c>DECIMAL</c>, <c>DATE</c>, <c>TIMESTAMP</c>.</param>
sealed record ParquetReadColumn(string Name, string Type, bool Required, int Precision, int Scale, bool Utc);
