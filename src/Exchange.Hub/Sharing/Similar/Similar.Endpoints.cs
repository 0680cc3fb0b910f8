using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Similar;

/// <summary>What there is already, for whoever is about to make or ask for something.</summary>
static class SimilarEndpoints
{
    const int FieldLimit = 1000;

    public static IServiceCollection AddSimilar(this IServiceCollection services) => services.AddSingleton<SimilarDatasets>();

    public static void MapSimilar(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/similar", async (SimilarDatasets similar, CancellationToken ct, string? title = null, string? fields = null, string? schema = null, int limit = 10) =>
            {
                var names = fields?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
                new Validation()
                    .Require(limit is >= 1 and <= 100, "?limit", "is out of bounds", "Give 1 to 100.")
                    .Require(names.Length <= FieldLimit, "?fields", "is too long", $"Name at most {FieldLimit} fields.")
                    .Require(title is null or { Length: <= 200 }, "?title", "is too long", "Give at most 200 characters.")
                    .Require(!string.IsNullOrWhiteSpace(title) || names.Length > 0 || schema is not null, "?title", "is missing, and so are fields and schema", "Describe what is looked for by at least one of them: title, fields (parted by commas), schema.")
                    .ThrowIfAny();
                return new ItemList<LookAlike>(await similar.FindAsync(new Sketch(string.IsNullOrWhiteSpace(title) ? null : title, names, schema), limit, ct));
            })
            .AllowAnyRole().WithTags("Sharing").WithSummary("Finds datasets that look like one that is about to be made or asked for, by title, fields (parted by commas) and schema");
}
