namespace Exchange.Hub.Platform;

/// <summary>What a person asks a token of their own for.</summary>
/// <param name="Name">What it is for, such as the machine that it is used on.</param>
/// <param name="Role">Role that it acts in; left out, the session's.</param>
/// <param name="Department">Department of that role.</param>
/// <param name="ExpiresAt">When it ends by itself; 90 days at most, which is also the usual.</param>
public sealed record PersonTokenRequest(string Name, Role? Role = null, string? Department = null, DateTimeOffset? ExpiresAt = null);

/// <summary>
/// Makes a person's own token, for the command line. Its caller is the person, so that four eyes see one; it ends with the
/// person's deactivation, with the role, and with signing out everywhere.
/// </summary>
public sealed class IssuePersonToken(PersonStore people, TokenStore tokens, IAuditTrail audit, TimeProvider time)
{
    /// <summary>How long a person's token is good at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Makes one.</summary>
    /// <exception cref="HubException">The values will not do, or the role is not the person's.</exception>
    public async Task<IssuedToken> ExecuteAsync(PersonSession session, PersonTokenRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        new Validation()
            .RequireName(request.Name, "/name")
            .Require(request.ExpiresAt is null || (request.ExpiresAt > now && request.ExpiresAt <= now + Longest), "/expiresAt", "has passed, or is too far away", $"Give a time within {Longest.TotalDays:0} days, or leave it out.")
            .ThrowIfAny();
        var role = request.Role is { } asked ? new PersonRole(asked, request.Department) : new PersonRole(caller.Role, caller.Department);
        var token = Token.Create();
        var info = new TokenInfo(
            Guid.CreateVersion7(now), request.Name.Trim(), role.Role, role.Department, now, caller.Name, (request.ExpiresAt ?? now + Longest).ToUniversalTime(), null, session.PersonId);
        await people.InTransactionAsync(
            async connection =>
            {
                var person = await people.LockAsync(session.PersonId, cancellationToken);
                if (!person.Roles.Contains(role))
                    throw SwitchRole.RoleNotYours(person, role);
                await tokens.AddAsync(connection, info, Token.HashOf(token), cancellationToken);
                await audit.AppendAsync(connection, caller, new TokenIssued(info.Id, info.Name, info.Role, info.Department, info.ExpiresAt), cancellationToken);
            },
            cancellationToken);
        return new IssuedToken(info.Id, info.Name, info.Role, info.Department, info.ExpiresAt, token);
    }
}
