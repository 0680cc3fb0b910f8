namespace Exchange.Hub.Platform;

/// <summary>Ends a token of a person's own.</summary>
public sealed class EndOwnToken(TokenStore tokens, RevokeToken revoke)
{
    /// <summary>Ends it.</summary>
    /// <exception cref="HubException">The person has no usable token of this id.</exception>
    public async Task ExecuteAsync(PersonSession session, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        if ((await tokens.ListAsync(session.PersonId, cancellationToken)).All(token => token.Id != id))
            throw HubException.NotFound("token-not-found", $"You have no usable token {id}.");
        await revoke.ExecuteAsync(id, caller, cancellationToken);
    }
}
