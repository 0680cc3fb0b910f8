using System.Text.Json;

namespace Exchange.Cli;

/// <summary>Reads a file that holds one JSON document, to be sent as it is.</summary>
static class JsonFile
{
    /// <exception cref="CliException">The file cannot be read or holds no JSON.</exception>
    public static JsonElement Read(FileInfo file)
    {
        try
        {
            using var document = JsonDocument.Parse(ReadBytes(file));
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new CliException(ExitCode.Usage, "The file is no sound JSON.") { Where = $"{file.FullName}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}", Fix = "Correct the text there." };
        }
    }

    /// <summary>Reads a file of any form.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static byte[] ReadBytes(FileInfo file)
    {
        try
        {
            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.NotFound, "The file cannot be read.") { Where = file.FullName, Fix = error.Message };
        }
    }
}
