using Microsoft.AspNetCore.Identity;
using MimeKit;

namespace Exchange.Hub.Platform;

/// <summary>Whom an administrator invites.</summary>
/// <param name="Email">Mail address, which is also the name to sign in with.</param>
/// <param name="Name">For people.</param>
/// <param name="Roles">What the person may act as, the usual one first.</param>
public sealed record InviteRequest(string Email, string Name, IReadOnlyList<PersonRole> Roles);

/// <summary>A person who was entered, and the link to join with.</summary>
public sealed record InvitedPerson(Person Person, OneTimeLink Link);

/// <summary>Enters a person, who joins by a one-time link.</summary>
public sealed class InvitePerson(UserManager<Person> users, PersonStore people, InvitationStore invitations, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Longest address (RFC 5321 section 4.5.3.1.3).</summary>
    const int LongestAddress = 254;

    /// <summary>Enters one.</summary>
    /// <exception cref="HubException">The values will not do, or the address is somebody's.</exception>
    public Task<InvitedPerson> ExecuteAsync(InviteRequest request, Caller caller, CancellationToken cancellationToken)
    {
        PersonRole.Check(CheckAddress(new Validation(), request.Email, "/email").RequireName(request.Name, "/name"), request.Roles, "/roles").ThrowIfAny();
        return people.InTransactionAsync(
            async connection =>
            {
                var person = await AddAsync(request, caller, joinedAt: null);
                var link = await invitations.MakeAsync(connection, InvitationKind.Invite, person.Id, caller, cancellationToken);
                await audit.AppendAsync(connection, caller, new PersonInvited(person.Id, person.Email, person.Name, person.Roles), cancellationToken);
                return new InvitedPerson(person, link);
            },
            cancellationToken);
    }

    /// <summary>Notes what is no mail address.</summary>
    public static Validation CheckAddress(Validation validation, string? email, string pointer) => validation.Require(
        email is { Length: <= LongestAddress } && MailboxAddress.TryParse(email, out var address) && address.Address == email.Trim() && address.Domain.Length > 0,
        pointer, "is no mail address", "Give one such as li.wei@city.example.");

    /// <summary>Enters a person, in the transaction of the store.</summary>
    /// <exception cref="HubException">The address is somebody's.</exception>
    public async Task<Person> AddAsync(InviteRequest request, Caller caller, DateTimeOffset? joinedAt)
    {
        var now = time.GetUtcNow();
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            Email = request.Email.Trim(),
            Name = request.Name.Trim(),
            CreatedAt = now,
            CreatedBy = caller.Name,
            JoinedAt = joinedAt,
            Roles = request.Roles,
        };
        return (await users.CreateAsync(person)).Succeeded
            ? person
            : throw HubException.Conflict("person-exists", $"There is somebody of the address {person.Email} already. Change their roles, or send them a new one-time link.");
    }
}
