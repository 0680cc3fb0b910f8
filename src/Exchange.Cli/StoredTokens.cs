using System.Text.Json;

namespace Exchange.Cli;

/// <summary>Tokens that <c>exchange sign-in</c> has kept, by address of the hub, in a file that only its owner may read.</summary>
sealed class StoredTokens(Func<string, string?> environment)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where they are kept; null when the environment names no home.</summary>
    public string? File =>
        Folder(environment("XDG_CONFIG_HOME"), "exchange") ?? Folder(environment("HOME"), ".config", "exchange") ?? Folder(environment("APPDATA"), "exchange");

    /// <summary>The token for a hub, or null.</summary>
    public string? Find(string url) => Read().GetValueOrDefault(Key(url));

    /// <summary>Keeps a token.</summary>
    /// <exception cref="CliException">There is nowhere to keep it.</exception>
    public void Keep(string url, string token)
    {
        var all = Read();
        all[Key(url)] = token;
        Write(all);
    }

    /// <summary>Forgets the token for a hub.</summary>
    public void Forget(string url)
    {
        var all = Read();
        if (all.Remove(Key(url)))
            Write(all);
    }

    Dictionary<string, string> Read()
    {
        try
        {
            return File is { } file && System.IO.File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(System.IO.File.ReadAllBytes(file)) ?? [] : [];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, "The file of kept tokens cannot be read.") { Where = File, Fix = "Remove it, then exchange sign-in." };
        }
    }

    /// <summary>The whole file or nothing, and never readable by others.</summary>
    void Write(Dictionary<string, string> all)
    {
        var file = File ?? throw new CliException(ExitCode.Failed, "There is nowhere to keep the token: HOME is not set.") { Fix = "Set HOME, or use a token by EXCHANGE_TOKEN." };
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var draft = file + ".new";
        System.IO.File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(draft, options))
            JsonSerializer.Serialize(stream, all, Json.Indented);
        System.IO.File.Move(draft, file, overwrite: true);
    }

    static string Key(string url) => url.TrimEnd('/');

    static string? Folder(string? root, params string[] parts) => string.IsNullOrEmpty(root) ? null : Path.Combine([root, .. parts, "tokens.json"]);
}
