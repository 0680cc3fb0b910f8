using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>A new end for a grant.</summary>
/// <param name="Version">The version that is renewed, so that of two people who renew at once one is told.</param>
/// <param name="Until">The first instant after the last use.</param>
/// <param name="Fields">Fewer fields than before; all of them when left out.</param>
public sealed record Renewal(int Version, DateTimeOffset Until, IReadOnlyList<string>? Fields = null);

/// <summary>Gives a grant a new end, and perhaps fewer fields. More than was approved takes a new request.</summary>
sealed class RenewGrant(ChangeGrant change, TimeProvider time)
{
    /// <exception cref="HubException">No such grant, the caller is no steward of the provider, another renewed it first, or the terms will not do.</exception>
    public Task<Grant> ExecuteAsync(Guid id, Renewal renewal, Caller caller, CancellationToken cancellationToken) => change.ExecuteAsync(
        id, caller,
        grant =>
        {
            caller.RequireProvidersSteward(grant);
            if (grant.State.IsFinal())
                throw HubException.Conflict("grant-state", $"The grant is {grant.State.Stored()} and cannot be renewed. The consumer asks for a new one.");
            if (grant.Version != renewal.Version)
                throw HubException.Conflict("grant-changed", $"The grant is at version {grant.Version}, not {renewal.Version}: somebody else has changed it. Look at it again.");
            var next = grant with { Version = grant.Version + 1, Terms = Renew(grant.Terms, renewal) };
            return (next, new GrantRenewed(id, grant.Dataset, grant.Consumer, next.Version, next.Terms));
        },
        cancellationToken);

    Terms Renew(Terms terms, Renewal renewal)
    {
        var fields = renewal.Fields ?? terms.Fields;
        new Validation()
            .Require(renewal.Until > time.GetUtcNow() && renewal.Until > terms.From, "/until", "is past, or before the grant begins", "Give a later instant.")
            .Require(fields.Count > 0 && fields.All(terms.Fields.Contains), "/fields", "names fields that the grant does not have", "A renewal can only leave fields out; for more, the consumer requests a new grant.")
            .ThrowIfAny();
        return terms with
        {
            Until = renewal.Until.ToUniversalTime(),
            Fields = fields,
            Masks = terms.Masks.Where(mask => fields.Contains(mask.Key)).ToDictionary(),
        };
    }
}
