using System.Collections;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MimeKit;

namespace Exchange.Hub.Platform;

/// <summary>
/// Reads <see cref="HubOptions"/>: flags win over <c>EXCHANGE_*</c>, those over the file, that over the defaults.
/// The file is <c>--settings</c>, <c>EXCHANGE_SETTINGS</c>, or <c>exchange.json</c> in the working folder if there is one.
/// A flag or a member that is no setting is an error, so that a typing mistake does not pass as a default; a variable
/// is not, because platforms inject their own (a Kubernetes service named exchange sets <c>EXCHANGE_PORT</c>).
/// </summary>
public static class SettingsReader
{
    const string FileFlag = "--settings";
    const string FileVariable = "EXCHANGE_SETTINGS";
    const string DefaultFile = "exchange.json";

    /// <summary>Variables that belong to the command line client, not to the hub.</summary>
    static readonly string[] ClientVariables = ["EXCHANGE_URL", "EXCHANGE_TOKEN"];

    /// <summary>Reads the three places.</summary>
    /// <param name="flags">Arguments after the command, such as <c>--workers 4</c> or <c>--workers=4</c>.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="workingFolder">Where <c>exchange.json</c> is looked for.</param>
    /// <exception cref="SettingsException">A name is unknown or a value is wrong.</exception>
    public static HubOptions Read(IReadOnlyList<string> flags, IDictionary environment, string workingFolder)
    {
        var options = new HubOptions();
        var given = ReadFlags(flags, out var file);
        file ??= environment[FileVariable] as string;
        ApplyFile(options, file is null ? null : Path.GetFullPath(file, workingFolder), workingFolder);
        ApplyEnvironment(options, environment);
        foreach (var (setting, text) in given)
            Set(options, setting, text, setting.Flag);
        return Checked(options);
    }

    static List<(Setting Setting, string Text)> ReadFlags(IReadOnlyList<string> flags, out string? file)
    {
        var given = new List<(Setting, string)>();
        file = null;
        for (var i = 0; i < flags.Count; i++)
        {
            var equals = flags[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? flags[i] : flags[i][..equals];
            var setting = Setting.All.FirstOrDefault(each => each.Flag == name);
            if (setting is null && name != FileFlag)
                throw new SettingsException($"{name} is not a flag of the hub; it knows {FileFlag}, {string.Join(", ", Setting.All.Select(each => each.Flag))}.");
            var text = equals >= 0 ? flags[i][(equals + 1)..]
                : setting is { IsSwitch: true } && (i + 1 == flags.Count || flags[i + 1].StartsWith("--", StringComparison.Ordinal)) ? "true"
                : ++i < flags.Count ? flags[i]
                : throw new SettingsException($"{name} needs a value: {name} <value>.");
            if (setting is null)
                file = text;
            else
                given.Add((setting, text));
        }
        return given;
    }

    static void ApplyFile(HubOptions options, string? named, string workingFolder)
    {
        var path = named ?? Path.Combine(workingFolder, DefaultFile);
        if (named is null && !File.Exists(path))
            return;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (var member in document.RootElement.EnumerateObject())
                ApplyMember(options, member, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new SettingsException($"{path} cannot be read as settings: {error.Message}", error);
        }
    }

    static void ApplyMember(HubOptions options, JsonProperty member, string path)
    {
        if (member.NameEquals("$schema"))
            return;
        var setting = Setting.All.FirstOrDefault(each => each.Name == member.Name)
            ?? throw new SettingsException($"{path}: \"{member.Name}\" is not a setting; the hub knows {string.Join(", ", Setting.All.Select(each => each.Name))}.");
        if (member.Value.ValueKind != JsonValueKind.Null)
            Set(options, setting, member.Value.ToString(), path);
    }

    static void ApplyEnvironment(HubOptions options, IDictionary environment)
    {
        foreach (var setting in Setting.All)
        {
            if (environment[setting.Variable] is string text)
                Set(options, setting, text, setting.Variable);
        }
    }

    /// <summary><c>EXCHANGE_*</c> variables that mean nothing to the hub, for a warning at the start.</summary>
    public static IReadOnlyList<string> UnknownVariables(IDictionary environment) =>
    [
        .. environment.Keys.Cast<string>()
            .Where(name => name.StartsWith("EXCHANGE_", StringComparison.Ordinal) && name != FileVariable)
            .Except(ClientVariables)
            .Except(Setting.All.Select(setting => setting.Variable))
            .Order(StringComparer.Ordinal),
    ];

    static void Set(HubOptions options, Setting setting, string text, string origin) =>
        setting.Property.SetValue(options, setting.Parse(text, origin));

    /// <summary>A file of authorities that holds none would hold up every letter.</summary>
    static void RequireCertificates(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException($"smtpCaFile: {file} cannot be read as certificates: {error.Message}", error);
        }
        if (authorities.Count == 0)
            throw new SettingsException($"smtpCaFile: {file} holds no certificate; give one or more in PEM, each from -----BEGIN CERTIFICATE----- on.");
    }

    static HubOptions Checked(HubOptions options)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            throw new SettingsException($"timeZone \"{options.TimeZone}\" is not known to this system; give an IANA name such as Asia/Shanghai.");
        if (options.OwnerConnectionString is not null && options.ConnectionString is null)
            throw new SettingsException("ownerConnectionString is set without connectionString; set both, or neither for a private PostgreSQL.");
        if (options.SmtpHost is not null && !(MailboxAddress.TryParse(options.MailFrom ?? "", out var sender) && sender.Domain.Length > 0))
            throw new SettingsException("smtpHost is set without an address in mailFrom; set mailFrom to the sender of the hub's letters, such as exchange@city.example.");
        CheckDoors(options);
        if (options.TrustedProxies is not null && !PublicAddress.AreNetworks(options.TrustedProxies))
            throw new SettingsException("trustedProxies lists something that is neither an address nor a network; give such as 10.1.2.3,10.9.0.0/16.");
        if (options.SmtpCaFile is { } authorities)
            RequireCertificates(authorities);
        return options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
    }

    static void CheckDoors(HubOptions options)
    {
        if (options.PublicAddress is { } address && !PublicHost.Accepts(address))
            throw new SettingsException($"publicAddress \"{address}\" will not do; give scheme and host alone, such as https://exchange.city.example.");
        if (options.OidcAuthority is null)
        {
            if (!options.PasswordSignIn)
                throw new SettingsException("passwordSignIn is false without oidcAuthority: nobody new could sign in. Set oidcAuthority, or leave passwords on.");
            return;
        }
        if (!Uri.TryCreate(options.OidcAuthority, UriKind.Absolute, out var authority) || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
            throw new SettingsException($"oidcAuthority \"{options.OidcAuthority}\" will not do; give the provider's issuer identifier, which begins with https://.");
        if (options.OidcClientId is null)
            throw new SettingsException("oidcAuthority is set without oidcClientId; register the hub at the provider, and set the client id that it gives.");
        if (!options.OidcScopes.Split(' ').Contains("openid"))
            throw new SettingsException($"oidcScopes \"{options.OidcScopes}\" lacks openid, without which the provider does not say who somebody is; give openid email.");
    }
}
