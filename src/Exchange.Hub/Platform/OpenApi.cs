using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Exchange.Hub.Platform;

/// <summary>The API's own description (OpenAPI 3.1): who may use a route, and how it refuses.</summary>
public static class OpenApi
{
    const string Scheme = "token";

    /// <summary>Sets what the framework cannot know.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Exchange",
                Version = "v1",
                Description = "Data sharing between departments: sources, runs, datasets, records and their changes. Every error is a problem document (RFC 9457).",
            };
            document.Servers = [];
            document.AddComponent(Scheme, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "exh_…" });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
    }

    static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A problem document (RFC 9457): code, detail, reference, and for values that will not do, errors.",
            Content = new Dictionary<string, OpenApiMediaType> { [Problem.MediaType] = new() },
        };
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
            return;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        var allowed = metadata.OfType<AllowedRoles>().LastOrDefault()?.Allowed ?? [];
        operation.Description = $"{operation.Description}\n\nFor: {string.Join(", ", allowed.Select(role => role.ToName()))}.".Trim();
    }
}
