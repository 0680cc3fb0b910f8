using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What a token is asked for.</summary>
/// <param name="Name">Who will hold it, for people.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Department">The department that it is bound to; null for the hub's own people.</param>
/// <param name="ExpiresAt">When it ends by itself; null for never.</param>
public sealed record TokenRequest(string Name, Role Role, string? Department = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A new token. The only time that it is shown.</summary>
public sealed record IssuedToken(Guid Id, string Name, Role Role, string? Department, DateTimeOffset? ExpiresAt, string Token);

/// <summary>Makes tokens.</summary>
public sealed class IssueToken(NpgsqlDataSource database, TokenStore tokens, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Makes one token.</summary>
    /// <exception cref="HubException">The request's values will not do.</exception>
    public async Task<IssuedToken> ExecuteAsync(TokenRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        new Validation()
            .RequireName(request.Name, "/name")
            .Require(request.ExpiresAt is null || request.ExpiresAt > now, "/expiresAt", "has passed", "Give a time to come, or leave it out.")
            .Require(request.Department is null or { Length: > 0 and <= 63 }, "/department", "is not an identifier", "Give the department's identifier, or leave it out.")
            .ThrowIfAny();
        var token = Token.Create();
        var info = new TokenInfo(Guid.CreateVersion7(now), request.Name.Trim(), request.Role, request.Department, now, caller.Name, request.ExpiresAt?.ToUniversalTime(), null);
        await database.InTransactionAsync(
            async connection =>
            {
                await tokens.AddAsync(connection, info, Token.HashOf(token), cancellationToken);
                await audit.AppendAsync(connection, caller, new TokenIssued(info.Id, info.Name, info.Role, info.Department, info.ExpiresAt), cancellationToken);
            },
            cancellationToken);
        return new IssuedToken(info.Id, info.Name, info.Role, info.Department, info.ExpiresAt, token);
    }
}
