namespace Exchange.Hub.Platform;

/// <summary>Who the caller is, and the administrator's work on tokens.</summary>
static class TokensEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/whoami", (Caller caller) => caller)
            .AllowAnyRole().WithTags("Identity").WithSummary("Tells who the token belongs to");

        var tokens = routes.MapGroup("/api/v1/tokens").AllowRoles(Role.Administrator).WithTags("Identity");
        tokens.MapGet("", async (TokenStore store, CancellationToken cancellationToken) => new TokenList(await store.ListAsync(cancellationToken)))
            .WithSummary("Lists the usable tokens, without themselves");
        tokens.MapPost("", async (TokenRequest request, Caller caller, IssueToken issue, CancellationToken cancellationToken) =>
            {
                var issued = await issue.ExecuteAsync(request, caller, cancellationToken);
                return TypedResults.Created($"/api/v1/tokens/{issued.Id}", issued);
            })
            .WithSummary("Makes a token; the answer is the only time that it is shown");
        tokens.MapDelete("/{id:guid}", async (Guid id, Caller caller, RevokeToken revoke, CancellationToken cancellationToken) =>
            {
                await revoke.ExecuteAsync(id, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Ends a token, from the next request on");
    }

    internal sealed record TokenList(IReadOnlyList<TokenInfo> Items);
}
