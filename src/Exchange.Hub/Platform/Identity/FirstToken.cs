using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Lets the first administrator in: when nobody can administer the hub, neither person nor token, a token is made and written to
/// <c>admin.token</c> (mode 0600) in the data directory. Not to the console: consoles are collected as logs.
/// </summary>
public sealed class FirstToken(NpgsqlDataSource database, Administrators administrators, IssueToken issue, DataDirectory data)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "admin.token";

    /// <summary>Makes the token where nobody can administer the hub.</summary>
    /// <returns>Path of the file, or null when there is an administrator already.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        if (await database.InTransactionAsync(connection => administrators.AnyAsync(connection, cancellationToken), cancellationToken))
            return null;
        var issued = await issue.ExecuteAsync(new TokenRequest("First administrator", Role.Administrator), Caller.System, cancellationToken);
        var file = data.Of(FileName);
        PrivateFile.Write(file, issued.Token + "\n");
        return file;
    }
}
