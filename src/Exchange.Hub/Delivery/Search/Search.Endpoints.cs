using Exchange.Hub.Platform;
using Microsoft.OpenApi;

namespace Exchange.Hub.Delivery.Search;

/// <summary>Search of the catalog.</summary>
static class SearchEndpoints
{
    public static IServiceCollection AddSearch(this IServiceCollection services) => services.AddSingleton<SearchCatalog>();

    public static void MapSearch(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/catalog/search", HandleAsync)
            .AllowAnyRole().WithTags("Catalog")
            .WithSummary("Searches the catalog by words, English or Chinese, and by facets; tells how many datasets each further choice would leave")
            .WithDescription("Every word must stand in title, keywords, description, department or fields; the last may be the beginning of one.")
            .Produces<SearchPage>()
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.Parameters ??= [];
                foreach (var (name, description) in Facet.All.Select(facet => (facet.Name, $"Only datasets with this {facet.Name}; may be given several times"))
                    .Prepend(("q", "Words to look for")).Append(("cursor", "Where to go on: next of the page before")).Append(("limit", "Datasets per page")))
                    operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = name == "limit" ? JsonSchemaType.Integer : JsonSchemaType.String } });
                return Task.CompletedTask;
            });

    static async Task<SearchPage> HandleAsync(HttpContext http, SearchCatalog search, HubOptions options, CancellationToken ct)
    {
        var page = await search.ExecuteAsync(SearchRequest.Parse(http.Request.Query, options), ct);
        PageLink.Set(http, "cursor", page.Next);
        return page;
    }
}
