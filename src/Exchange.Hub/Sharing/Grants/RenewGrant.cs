using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>A new end for a grant.</summary>
/// <param name="Revision">The revision that is renewed, so that of two people who renew at once one is told.</param>
/// <param name="Until">The first instant after the last use.</param>
/// <param name="Fields">Fewer fields than before; all of them when left out.</param>
public sealed record Renewal(int Revision, DateTimeOffset Until, IReadOnlyList<string>? Fields = null);

/// <summary>
/// Gives a grant a new end, and perhaps fewer fields. More than was approved takes a new request. Only fewer fields
/// raise the version: what a consumer has read still is what it may see when nothing but time was added.
/// </summary>
sealed class RenewGrant(ChangeGrant change, TimeProvider time)
{
    /// <exception cref="HubException">No such grant, the caller is no steward of the provider, another changed it first, or the terms will not do.</exception>
    public Task<Grant> ExecuteAsync(Guid id, Renewal renewal, Caller caller, CancellationToken cancellationToken) => change.ExecuteAsync(
        id, caller,
        grant =>
        {
            caller.RequireProvidersSteward(grant);
            caller.RequireFourEyes(grant);
            if (grant.State.IsFinal())
                throw HubException.Conflict("grant-state", $"The grant is {grant.State.Stored()} and cannot be renewed. The consumer asks for a new one.");
            if (grant.Revision != renewal.Revision)
                throw HubException.Conflict("grant-changed", $"The grant is at revision {grant.Revision}, not {renewal.Revision}: somebody else has changed it. Look at it again.");
            var fields = renewal.Fields ?? grant.Terms.Fields;
            var next = grant with { Version = grant.Terms.Fields.SequenceEqual(fields) ? grant.Version : grant.Version + 1, Terms = Renew(grant.Terms, fields, renewal.Until) };
            return (next, new GrantRenewed(id, grant.Dataset, grant.Consumer, next.Version, next.Terms));
        },
        cancellationToken);

    Terms Renew(Terms terms, IReadOnlyList<string> fields, DateTimeOffset until)
    {
        new Validation()
            .Require(until > time.GetUtcNow() && until > terms.From, "/until", "is past, or before the grant begins", "Give a later instant.")
            .Require(fields.Count > 0 && fields.All(terms.Fields.Contains), "/fields", "names fields that the grant does not have", "A renewal can only leave fields out; for more, the consumer requests a new grant.")
            .Require(!FieldPath.Beyond(terms.Fields, fields).Any(), "/fields", "leaves out every field that the grant names within another, which would show that other whole", "Leave the outer field out too, or keep one within it.")
            .ThrowIfAny();
        return terms with
        {
            Until = until.ToUniversalTime(),
            Fields = fields,
            Masks = terms.Masks.Where(mask => fields.Contains(mask.Key)).ToDictionary(),
        };
    }
}
