using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>Look-ups and verifications in the API. What is asked stands in bodies: keys of people have no place in addresses and logs.</summary>
static class LookupEndpoints
{
    public static IServiceCollection AddLookup(this IServiceCollection services) => services
        .AddSingleton<PointReads>()
        .AddSingleton<LookUpRecord>()
        .AddSingleton<VerifyClaims>();

    public static void MapLookup(this RouteGroupBuilder dataset)
    {
        dataset.MapPost("/lookup", (string name, LookupQuestion body, HttpContext http, LookUpRecord lookup) => lookup.HandleAsync(name, body, http))
            .AllowAnyRole().WithSummary("Looks one record up, by its key or by declared fields")
            .WithDescription("404 when there is none, 410 when it was deleted, 409 when there are several, 503 when the dataset has no publication. Exchange-Case and Exchange-Purpose say what for; a clerk must name a case.")
            .Produces<FoundRecord>();
        dataset.MapPost("/lookup/batch", (string name, LookupBatch body, HttpContext http, LookUpRecord lookup) => lookup.HandleAsync(name, body, http))
            .AllowAnyRole().WithSummary("Looks several records up at once, all as of one publication")
            .Produces<LookupAnswers>();
        dataset.MapPost("/verify", (string name, VerifyQuestion body, HttpContext http, VerifyClaims verify) => verify.ExecuteAsync(name, body, http))
            .AllowAnyRole().WithSummary("Tells whether claims about a record hold, without showing it")
            .WithDescription("The answer is yes, no or not-found; 409 when there are several such records, 503 when the dataset has no publication.");
        dataset.MapPost("/verify/batch", (string name, VerifyBatch body, HttpContext http, VerifyClaims verify) => verify.ExecuteAsync(name, body, http))
            .AllowAnyRole().WithSummary("Tells of several records at once whether claims about them hold");
    }
}
