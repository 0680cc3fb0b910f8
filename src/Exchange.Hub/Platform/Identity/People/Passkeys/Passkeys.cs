using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">Its credential id, base64url.</param>
/// <param name="Name">What the owner calls it.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="LastUsedAt">When it last signed in; null for never.</param>
/// <param name="BackedUp">Whether it is copied between devices (W3C Web Authentication, backup state).</param>
public sealed record PasskeyInfo(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool BackedUp);

/// <summary>
/// Passkeys: the browser signs a challenge with a key that never leaves the person's device (W3C Web Authentication).
/// ASP.NET Core Identity checks the answers; what it has checked is written here.
/// </summary>
public sealed class Passkeys(
    IPasskeyHandler<Person> handler, PersonStore people, NpgsqlDataSource database, PasskeyChallenges challenges, StartSession start, IAuditTrail audit, ILogger<Passkeys> log)
{
    /// <summary>Most passkeys of one person.</summary>
    public const int Limit = 20;

    /// <summary>What <c>navigator.credentials.create()</c> is to be asked for.</summary>
    public async Task<JsonElement> BeginAddingAsync(PersonSession session, HttpContext context)
    {
        var person = await people.FindAsync(session.PersonId, context.RequestAborted) ?? throw PersonStore.NotFound(session.PersonId);
        var entity = new PasskeyUserEntity { Id = person.Id.ToString(), Name = person.Email, DisplayName = person.Name };
        var options = await handler.MakeCreationOptionsAsync(entity, context);
        challenges.Give(context, PasskeyPurpose.Add, person.Id, options.AttestationState!);
        return JsonElement.Parse(options.CreationOptionsJson);
    }

    /// <summary>Takes what <c>navigator.credentials.create()</c> answered.</summary>
    /// <exception cref="HubException">The answer fails a check.</exception>
    public async Task<PasskeyInfo> AddAsync(NewPasskey request, PersonSession session, Caller caller, HttpContext context)
    {
        new Validation().RequireName(request.Name, "/name").ThrowIfAny();
        var challenge = challenges.Take(context, PasskeyPurpose.Add, session.PersonId);
        var result = await handler.PerformAttestationAsync(new() { HttpContext = context, CredentialJson = request.Credential.GetRawText(), AttestationState = challenge.State });
        if (!result.Succeeded)
            throw Refused(result.Failure);
        var passkey = result.Passkey;
        passkey.Name = request.Name;
        await people.InTransactionAsync(
            async connection =>
            {
                await challenges.UseAsync(connection, challenge, context.RequestAborted);
                var person = await people.LockAsync(session.PersonId, context.RequestAborted);
                if ((await people.GetPasskeysAsync(person, context.RequestAborted)).Count >= Limit)
                    throw HubException.Conflict("too-many-passkeys", $"A person may have {Limit} passkeys. Remove one that is not used any more first.");
                await people.AddOrUpdatePasskeyAsync(person, passkey, context.RequestAborted);
                await audit.AppendAsync(connection, caller, new PasskeyAdded(person.Id, passkey.Name), context.RequestAborted);
            },
            context.RequestAborted);
        return new PasskeyInfo(IdOf(passkey.CredentialId), passkey.Name, passkey.CreatedAt, null, passkey.IsBackedUp);
    }

    /// <summary>What <c>navigator.credentials.get()</c> is to be asked for: any passkey that the device has for this hub.</summary>
    public async Task<JsonElement> BeginSignInAsync(HttpContext context)
    {
        var options = await handler.MakeRequestOptionsAsync(null, context);
        challenges.Give(context, PasskeyPurpose.SignIn, null, options.AssertionState!);
        return JsonElement.Parse(options.RequestOptionsJson);
    }

    /// <summary>Takes what <c>navigator.credentials.get()</c> answered, and begins the session.</summary>
    /// <exception cref="HubException">The answer fails a check, or the person may not sign in.</exception>
    public async Task<StartedSession> SignInAsync(JsonElement credential, HttpContext context)
    {
        var challenge = challenges.Take(context, PasskeyPurpose.SignIn, null);
        var result = await handler.PerformAssertionAsync(new() { HttpContext = context, CredentialJson = credential.GetRawText(), AssertionState = challenge.State });
        if (!result.Succeeded)
            throw Refused(result.Failure);
        await people.InTransactionAsync(
            async connection =>
            {
                await challenges.UseAsync(connection, challenge, context.RequestAborted);
                await people.AddOrUpdatePasskeyAsync(result.User, result.Passkey, context.RequestAborted);
            },
            context.RequestAborted);
        return await start.ExecuteAsync(result.User.Id, SignInMethod.Passkey, context, context.RequestAborted);
    }

    /// <summary>A person's passkeys, oldest first.</summary>
    public Task<List<PasskeyInfo>> ListAsync(Guid person, CancellationToken cancellationToken) => database.QueryAsync(
        $"select credential_id, name, created_at, last_used_at, backed_up from platform.person_passkeys where person_id = $1 order by created_at, credential_id",
        [person],
        row => new PasskeyInfo(IdOf(row.GetFieldValue<byte[]>(0)), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.Maybe<DateTimeOffset?>(3), row.GetBoolean(4)),
        cancellationToken);

    /// <summary>Forgets a passkey.</summary>
    /// <exception cref="HubException">The person has none of this id.</exception>
    public Task RemoveAsync(string id, PersonSession session, Caller caller, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection =>
        {
            var person = await people.LockAsync(session.PersonId, cancellationToken);
            if (!Base64Url.IsValid(id) || await people.FindPasskeyAsync(person, Base64Url.DecodeFromChars(id), cancellationToken) is not { } passkey)
                throw HubException.NotFound("passkey-not-found", "You have no passkey of this id.");
            await people.RemovePasskeyAsync(person, passkey.CredentialId, cancellationToken);
            await audit.AppendAsync(connection, caller, new PasskeyRemoved(person.Id, passkey.Name ?? ""), cancellationToken);
        },
        cancellationToken);

    /// <summary>One answer for whatever was wrong; the log tells.</summary>
    HubException Refused(PasskeyException failure)
    {
        log.LogInformation(failure, "A passkey was refused: {Reason}", failure.Message);
        return new(ErrorKind.Unauthenticated, "passkey-refused", "The passkey's answer was not taken: it is not known here, or was made for another address or challenge. Try again, or sign in another way.", failure);
    }

    static string IdOf(byte[] credential) => Base64Url.EncodeToString(credential);
}

/// <summary>A passkey to add.</summary>
/// <param name="Name">What its owner will know it by.</param>
/// <param name="Credential">What <c>navigator.credentials.create()</c> answered, as its <c>toJSON()</c> gives it.</param>
public sealed record NewPasskey(string Name, JsonElement Credential);

/// <summary>A person may sign in with a further passkey.</summary>
public sealed record PasskeyAdded(Guid Person, string Name) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person may no longer sign in with a passkey.</summary>
public sealed record PasskeyRemoved(Guid Person, string Name) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}
