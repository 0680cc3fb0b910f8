using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Ends tokens, from the next request on.</summary>
public sealed class RevokeToken(NpgsqlDataSource database, TokenStore tokens, Administrators administrators, IAuditTrail audit, KnownCallers known)
{
    /// <summary>Ends one token.</summary>
    /// <exception cref="HubException">There is none of this id, or nobody could administer the hub without it.</exception>
    public async Task ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await database.InTransactionAsync(
            async connection =>
            {
                await administrators.AnyAsync(connection, cancellationToken); // takes turns with others who revoke
                var token = await tokens.RevokeAsync(connection, id, cancellationToken)
                    ?? throw HubException.NotFound("token-not-found", $"There is no usable token {id}.");
                await administrators.RequireAnyAsync(connection, cancellationToken);
                await audit.AppendAsync(connection, caller, new TokenRevoked(token.Id, token.Name, token.Role, token.Department), cancellationToken);
            },
            cancellationToken);
        known.Forget();
    }
}
