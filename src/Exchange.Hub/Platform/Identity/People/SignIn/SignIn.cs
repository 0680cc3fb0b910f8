namespace Exchange.Hub.Platform;

/// <summary>What somebody signs in with.</summary>
/// <param name="Email">Address.</param>
/// <param name="Password">Password.</param>
/// <param name="Code">Code of the authenticator, or a recovery code, where that is turned on.</param>
public sealed record SignInRequest(string Email, string Password, string? Code = null)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(SignInRequest);
}

/// <summary>
/// Signs in by password. An unknown address, a wrong password and a deactivated account get the same answer after the same
/// work; that a code is needed is told after the right password alone.
/// </summary>
public sealed class SignIn(Passwords passwords, AuthenticatorCodes codes, GuessLimits limits, RefusedSignIns refusals, StartSession start, HubOptions options)
{
    /// <summary>Signs in.</summary>
    /// <exception cref="HubException">Refused: 401, or 429 when it comes too soon after others.</exception>
    public async Task<StartedSession> ExecuteAsync(SignInRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        if (!options.PasswordSignIn)
            throw HubException.Forbidden("password-sign-in-off", $"Nobody signs in by password here. Sign in with {options.OidcName} at {ExternalEndpoints.StartPath}, or by passkey.");
        var (person, attempt) = await passwords.CheckAsync(request.Email, request.Password, context, cancellationToken);
        if (person.TotpEnabled)
            await RequireCodeAsync(person, request.Code, attempt, cancellationToken);
        await limits.SucceedAsync(attempt, cancellationToken);
        return await start.ExecuteAsync(person.Id, SignInMethod.Password, context, cancellationToken);
    }

    async Task RequireCodeAsync(Person person, string? code, Attempt attempt, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(code))
        {
            await limits.ReleaseAsync(attempt, cancellationToken);
            throw new HubException(ErrorKind.Unauthenticated, "code-required", "The account asks for a second factor: send code too, from the authenticator, or a recovery code.");
        }
        if (code.Length <= Passwords.LongestInput && await codes.UseAsync(person, code, cancellationToken))
            return;
        await refusals.NoteAsync(attempt, person, cancellationToken);
        throw new HubException(ErrorKind.Unauthenticated, "code-refused", "The code is wrong, or was used before. Wait for the authenticator's next one, or use a recovery code.");
    }
}
