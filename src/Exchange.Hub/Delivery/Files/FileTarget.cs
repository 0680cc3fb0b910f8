using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Hub.Delivery.Files;

/// <summary>Where files are put.</summary>
enum FilePlace
{
    /// <summary>A folder of the hub's machine.</summary>
    Folder,

    /// <summary>A folder of an SFTP server.</summary>
    Sftp,
}

/// <summary>What a delivery holds.</summary>
enum DropMode
{
    /// <summary>What changed since the one before; everything in the first.</summary>
    Changes,

    /// <summary>The whole publication, each time.</summary>
    Full,
}

/// <summary>The form of the files.</summary>
enum FileForm
{
    /// <summary>One JSON value per line.</summary>
    Ndjson,

    /// <summary>One row per record.</summary>
    Csv,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>A Parquet file; of whole publications only.</summary>
    Parquet,
}

/// <summary>Where files go, and what they look like.</summary>
sealed partial record FileTarget : IOptionRules
{
    [Option("`folder`: a folder of the hub's machine, below the setting `dropDirectory` and the department's own folder there. `sftp`: a folder of an SFTP server.")]
    public FilePlace Place { get; init; } = FilePlace.Folder;

    [Option("The folder. On the hub's machine it is made where it is not there; on an SFTP server it must be there. Each subscription needs one of its own, or one with other datasets.", Required = true, Example = "incoming/permits")]
    public string Path { get; init; } = "";

    [Option("`changes`: what changed since the file before, everything in the first. `full`: the whole publication each time.")]
    public DropMode Mode { get; init; } = DropMode.Changes;

    [Option("Form of the files. Parquet holds whole publications: it goes with mode `full`, without gzip.")]
    public FileForm Form { get; init; } = FileForm.Ndjson;

    [Option("Whether files are compressed with gzip.")]
    public bool Gzip { get; init; }

    [Option("Name of the files, without the ending. It holds {sequence}, and may hold {dataset}, {publication} and {kind} (changes or full).", Example = "{dataset}-{sequence}-{kind}")]
    public string Name { get; init; } = "{dataset}-{sequence}-{kind}";

    [Option("Whether a file `….sha256` is put beside each, for `sha256sum --check`.")]
    public bool ChecksumFile { get; init; }

    [Option("Deliveries that are kept: older files of the hub are removed. 0 keeps all.", Minimum = 0, Maximum = 100000)]
    public int Keep { get; init; }

    [Option("The SFTP server's name or address.", Example = "sftp.city.example")]
    public string? Host { get; init; }

    [Option("Its port.", Minimum = 1, Maximum = 65535)]
    public int Port { get; init; } = 22;

    [Option("Fingerprints of the keys by which the server is known, as `ssh-keygen -lf` shows them; several while a key is replaced.", Example = "[\"SHA256:mVPwvezndPv/ARoIadVY98vAC0g+P/5633yTC4d/wXE\"]")]
    public string[] HostKeys { get; init; } = [];

    [Option("User at the server.", Example = "exchange")]
    public string? User { get; init; }

    [Option("The user's password.", Secret = true)]
    public string? Password { get; init; }

    [Option("The user's private key, in OpenSSH's form or as PEM.", Secret = true)]
    public string? PrivateKey { get; init; }

    [Option("What opens the private key.", Secret = true)]
    public string? Passphrase { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (Path.Split('/').Contains("..") || Path.Any(char.IsControl))
            yield return ("path", "\"path\" cannot hold \"..\" or control characters.");
        else if (Place == FilePlace.Folder && (Path.StartsWith('/') || Path.Contains('\\') || Path.Contains(':')))
            yield return ("path", "\"path\" starts from the department's folder below the setting dropDirectory: no leading slash, no backslash and no colon.");
        if (!NamePattern().IsMatch(Name) || !Name.Contains("{sequence}", StringComparison.Ordinal) || Name.EndsWith(".manifest", StringComparison.Ordinal))
            yield return ("name", "\"name\" holds {sequence}, and else letters, digits, \"-\", \"_\", \".\", {dataset}, {publication} and {kind}; it begins with none of \".\" and \"-\", and does not end in \".manifest\".");
        if (Form == FileForm.Parquet && (Mode != DropMode.Full || Gzip))
            yield return ("form", "\"parquet\" holds whole publications, compressed in itself: set \"mode\" to \"full\" and leave \"gzip\" out, or take another form.");
        foreach (var broken in Place == FilePlace.Sftp ? BrokenRulesOfSftp() : BrokenRulesOfFolders())
            yield return broken;
    }

    /// <summary>Without secrets.</summary>
    public override string ToString() => $"{Place} {Host} {Path}";

    IEnumerable<(string Option, string Message)> BrokenRulesOfSftp()
    {
        if (string.IsNullOrWhiteSpace(Host))
            yield return ("host", "\"host\" is required for sftp: give the server's name.");
        if (string.IsNullOrWhiteSpace(User))
            yield return ("user", "\"user\" is required for sftp.");
        if (HostKeys.Length == 0 || !HostKeys.All(key => Fingerprint().IsMatch(key)))
            yield return ("hostKeys", "\"hostKeys\" is required for sftp: give what `ssh-keyscan HOST | ssh-keygen -lf -` shows, once you have made sure that it is the server's: [\"SHA256:…\"].");
        if (string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(PrivateKey))
            yield return ("password", "Give \"password\" or \"privateKey\".");
    }

    IEnumerable<(string Option, string Message)> BrokenRulesOfFolders()
    {
        if (Host is not null || User is not null || Password is not null || PrivateKey is not null)
            yield return ("place", "\"host\", \"user\", \"password\" and \"privateKey\" are for an SFTP server: set \"place\" to \"sftp\", or leave them out.");
    }

    [GeneratedRegex(@"^(?![.-])(?:[A-Za-z0-9._-]|\{dataset\}|\{publication\}|\{sequence\}|\{kind\}){1,100}$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^SHA256:[A-Za-z0-9+/]{43}=?$")]
    private static partial Regex Fingerprint();
}
