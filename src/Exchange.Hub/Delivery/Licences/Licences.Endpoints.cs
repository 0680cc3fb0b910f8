using Exchange.Hub.Delivery.Tables;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>A public key of licences as a JSON Web Key.</summary>
public sealed record LicenceWebKey(string Kty, string Crv, string Kid, string Use, string Alg, string X, string Y);

/// <summary>The public keys of licences as a JSON Web Key Set (RFC 7517).</summary>
public sealed record LicenceKeySet(IReadOnlyList<LicenceWebKey> Keys);

/// <summary>Electronic licences in the API.</summary>
static class LicencesEndpoints
{
    /// <summary>Where the public keys are, for whoever verifies.</summary>
    public const string KeysPath = "/.well-known/jwks.json";

    public static IServiceCollection AddLicences(this IServiceCollection services) => services
        .AddSingleton<LicenceKeys>()
        .AddSingleton<LicenceStatus>()
        .AddSingleton<IssueLicence>()
        .AddSingleton<RevokeLicence>()
        .AddSingleton<ListLicences>();

    public static void MapLicences(this IEndpointRouteBuilder routes, RouteGroupBuilder dataset)
    {
        dataset.MapPost("/licences", async (string name, LicenceRequest body, Caller caller, HttpContext http, IssueLicence issue) =>
            {
                var issued = await issue.ExecuteAsync(name, body, caller, http);
                return TypedResults.Created($"/api/v1/datasets/{name}/licences", issued);
            })
            .AllowAnyRole().WithTags("Licences").WithSummary("Issues a licence: a signed extract of one record")
            .WithDescription("What the caller's grant for look-ups shows of the record. Exchange-Case names the case and is required.");
        dataset.MapGet("/licences", (string name, Caller caller, ListLicences list, CancellationToken ct, int? limit = null) => list.ExecuteAsync(name, caller, limit, ct))
            .AllowRoles(Role.Administrator, Role.ItStaff, Role.Steward, Role.Auditor).WithTags("Licences").WithSummary("Lists the licences of a dataset, newest first");
        dataset.MapPost("/licences/{id}/revoke", async (string name, string id, LicenceRevocation body, Caller caller, RevokeLicence revoke, CancellationToken ct) =>
            {
                await revoke.ExecuteAsync(name, id, body, caller, ct);
                return TypedResults.NoContent();
            })
            .AllowRoles(Role.Steward).WithTags("Licences").WithSummary("Takes a licence back for good");
        routes.MapGet("/api/v1/licences/{id}/status", (string id, LicenceStatus status, CancellationToken ct) => status.FindAsync(id, ct))
            .AllowAnonymous().WithTags("Licences").WithSummary("Tells whether a licence still holds, to whoever knows its id");
        routes.MapPost("/api/v1/licence-keys/rotate", async (Caller caller, LicenceKeys keys, CancellationToken ct) => View(await keys.RotateAsync(caller, ct)))
            .AllowRoles(Role.Administrator).WithTags("Licences").WithSummary("Has licences signed by a new key from now on; what older ones signed stays good");
        routes.MapGet(KeysPath, async (LicenceKeys keys, ReportSigner reports, CancellationToken ct) =>
            {
                var all = await keys.ListAsync(ct);
                return new LicenceKeySet([.. (await reports.FindPublicKeyAsync(ct) is { } report ? all.Append(report) : all).Select(View)]);
            })
            .AllowAnonymous().WithTags("Licences").WithSummary("The public keys of licences, older ones too, and of reports on tables (JWKS)");
    }

    static LicenceWebKey View(Engine.Licences.LicenceKey key) => new("EC", "P-256", key.Id, "sig", "ES256", key.X, key.Y);
}
