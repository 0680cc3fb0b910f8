using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// The three ways into the database, as connection strings. The owner migrates; the hub works as the application, which
/// may not alter the audit log; Hangfire has a role of its own. They are one and the same where only one is configured.
/// </summary>
public sealed record DatabaseLogins(string Owner, string Application, string Jobs)
{
    /// <summary>Never pooled: the owner works while the hub starts, and then no more.</summary>
    public string Owner { get; init; } = new NpgsqlConnectionStringBuilder(Owner) { Pooling = false }.ConnectionString;

    /// <summary>The logins of a configured PostgreSQL.</summary>
    /// <exception cref="SettingsException">A connection string is not one; its text is not repeated.</exception>
    public static DatabaseLogins From(HubOptions options)
    {
        var application = Checked(options.ConnectionString!, "connectionString");
        return new DatabaseLogins(options.OwnerConnectionString is { } owner ? Checked(owner, "ownerConnectionString") : application, application, application);
    }

    /// <summary>Name of the application's role.</summary>
    public string ApplicationRole => new NpgsqlConnectionStringBuilder(Application).Username ?? "";

    /// <summary>Name of Hangfire's role.</summary>
    public string JobsRole => new NpgsqlConnectionStringBuilder(Jobs).Username ?? "";

    /// <summary>Whether rights keep the application from what only the owner may do.</summary>
    public bool Separated => new NpgsqlConnectionStringBuilder(Owner).Username != ApplicationRole;

    /// <summary>The passwords, for redaction.</summary>
    public IEnumerable<string> Passwords =>
        ((string[])[Owner, Application, Jobs]).Select(login => new NpgsqlConnectionStringBuilder(login).Password).OfType<string>().Distinct();

    /// <summary>Says nothing: every member holds a password.</summary>
    public override string ToString() => nameof(DatabaseLogins);

    static string Checked(string text, string name)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            return builder is { Host: not null, Database: not null, Username: not null }
                ? builder.ConnectionString
                : throw new SettingsException($"{name} needs Host, Database and Username.");
        }
        catch (ArgumentException)
        {
            throw new SettingsException($"{name} is not an Npgsql connection string; write Host=…;Database=…;Username=…;Password=….");
        }
    }
}
