namespace Exchange.Hub.Platform;

/// <summary>What a person sees to about their own account: password, authenticator, tokens.</summary>
static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/api/v1/session").AllowAnyRole().WithTags("Identity");
        session.MapPut("/password", async (PersonSession own, NewPassword request, Caller caller, HttpContext context, ChangePassword change, CancellationToken cancellationToken) =>
            {
                await change.ExecuteAsync(own, request.Password, request.Replacement, caller, context, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Changes the password; signs out everywhere else");
        MapAuthenticator(session);
        MapTokens(session);
    }

    static void MapAuthenticator(RouteGroupBuilder session)
    {
        session.MapPost("/authenticator", (PersonSession own, PasswordOnly request, HttpContext context, ChangeAuthenticator change, CancellationToken cancellationToken) =>
                change.BeginAsync(own, request.Password, context, cancellationToken))
            .WithSummary("Makes the key of an authenticator (TOTP), which is in use after its first code");
        session.MapPut("/authenticator", async (PersonSession own, CodeOnly request, Caller caller, ChangeAuthenticator change, CancellationToken cancellationToken) =>
                new RecoveryCodeList(await change.TurnOnAsync(own, request.Code, caller, cancellationToken)))
            .WithSummary("Turns the authenticator on by its first code; recovery codes are shown this one time");
        session.MapPost("/authenticator/off", async (PersonSession own, PasswordOnly request, Caller caller, HttpContext context, ChangeAuthenticator change, CancellationToken cancellationToken) =>
            {
                await change.TurnOffAsync(own, request.Password, caller, context, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Turns the authenticator off");
        session.MapPost("/recovery-codes", async (PersonSession own, PasswordOnly request, Caller caller, HttpContext context, ChangeAuthenticator change, CancellationToken cancellationToken) =>
                new RecoveryCodeList(await change.ReplaceCodesAsync(own, request.Password, caller, context, cancellationToken)))
            .WithSummary("Makes new recovery codes, shown this one time; the old ones end");
    }

    static void MapTokens(RouteGroupBuilder session)
    {
        session.MapGet("/tokens", async (PersonSession own, TokenStore tokens, CancellationToken cancellationToken) => new TokenList(await tokens.ListAsync(own.PersonId, cancellationToken)))
            .WithSummary("Lists the usable tokens of the person who asks, without themselves");
        session.MapPost("/tokens", async (PersonSession own, PersonTokenRequest request, Caller caller, IssuePersonToken issue, CancellationToken cancellationToken) =>
            {
                var issued = await issue.ExecuteAsync(own, request, caller, cancellationToken);
                return TypedResults.Created($"/api/v1/session/tokens/{issued.Id}", issued);
            })
            .WithSummary("Makes a token of the person's own, for the command line; it is shown this one time");
        session.MapDelete("/tokens/{id:guid}", async (Guid id, PersonSession own, Caller caller, EndOwnToken end, CancellationToken cancellationToken) =>
            {
                await end.ExecuteAsync(own, id, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Ends a token of one's own");
    }

    internal sealed record NewPassword(string Password, string Replacement)
    {
        public override string ToString() => nameof(NewPassword);
    }

    internal sealed record PasswordOnly(string Password)
    {
        public override string ToString() => nameof(PasswordOnly);
    }

    internal sealed record CodeOnly(string Code)
    {
        public override string ToString() => nameof(CodeOnly);
    }

    internal sealed record RecoveryCodeList(IReadOnlyList<string> RecoveryCodes)
    {
        public override string ToString() => nameof(RecoveryCodeList);
    }

    internal sealed record TokenList(IReadOnlyList<TokenInfo> Items);
}
