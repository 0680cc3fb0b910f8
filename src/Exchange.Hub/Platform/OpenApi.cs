using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Exchange.Hub.Platform;

/// <summary>The API's own description (OpenAPI 3.1): who may use a route, and how it refuses.</summary>
public static class OpenApi
{
    const string Scheme = "token";
    const string ProblemName = "Problem";

    /// <summary>What the groups of routes are about.</summary>
    static readonly Dictionary<string, string> tags = new(StringComparer.Ordinal)
    {
        ["Audit"] = "Who did what: the log that only grows.",
        ["Catalog"] = "Departments, schemas and the catalog of datasets.",
        ["Corrections"] = "Records that somebody holds to be wrong, and what their department decides.",
        ["Datasets"] = "Datasets: what is published, from which source, by which mapping.",
        ["Grants"] = "Requests for data, what was granted, and who used it.",
        ["Health"] = "Whether the hub lives.",
        ["Identity"] = "People, systems, sessions and tokens.",
        ["Records"] = "Records and their changes, as far as a grant shows them.",
        ["Runs"] = "Runs that refresh datasets, and what they could not take.",
        ["Sharing"] = "Policies, calendars, clocks and tasks of sharing.",
        ["Sources"] = "Departments' systems, and the mappings of their rows.",
    };

    /// <summary>Sets what the framework cannot know.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Describe(operation, context);
            return Task.CompletedTask;
        });
    }

    static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Exchange",
            Version = "v1",
            Description = "Data sharing between departments: sources, runs, datasets, records and their changes. Every error is a problem document (RFC 9457). POST takes an Idempotency-Key; GET answers with an ETag.",
            License = new OpenApiLicense { Name = "For the departments that the hub serves; data under its grants alone", Url = new Uri("/docs", UriKind.Relative) },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This hub" }];
        document.AddComponent(Scheme, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "exh_…", Description = "A token of the hub, or a system's access token from /oauth/token." });
        document.AddComponent(ProblemName, ProblemSchema());
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            tag.Description = tag.Name is null ? null : tags.GetValueOrDefault(tag.Name, tag.Name);
    }

    static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        operation.OperationId ??= IdOf(context.Description.HttpMethod ?? "GET", context.Description.RelativePath ?? "");
        operation.Responses ??= [];
        operation.Responses["4XX"] = Refusal(context, "The request is refused: the problem says why, and what to do.");
        operation.Responses["default"] = Refusal(context, "The hub failed, or is not ready: the problem says when to try again.");
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new OpenApiSecurityRequirement()]; // says that it needs none
            return;
        }
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        var allowed = metadata.OfType<AllowedRoles>().LastOrDefault()?.Allowed ?? [];
        operation.Description = $"{operation.Description}\n\nFor: {string.Join(", ", allowed.Select(role => role.ToName()))}.".Trim();
        if (context.Description.HttpMethod == HttpMethods.Post)
            TakesKey(operation);
    }

    static void TakesKey(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.Header,
            In = ParameterLocation.Header,
            Description = "Names this deed; sent again with the same key, the request is answered and not carried out again",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    static OpenApiResponse Refusal(OpenApiOperationTransformerContext context, string description) => new()
    {
        Description = description,
        Content = new Dictionary<string, OpenApiMediaType> { [Problem.MediaType] = new() { Schema = new OpenApiSchemaReference(ProblemName, context.Document) } },
    };

    /// <summary>By hand: the errors stand within, so that the description needs no other component.</summary>
    static OpenApiSchema ProblemSchema() => Shape(
        "A problem document (RFC 9457).",
        ["type", "title", "status", "detail", "code", "reference"],
        new()
        {
            ["type"] = Text("urn:exchange:problem: and the code"),
            ["title"] = Text("What kind of refusal, in the language asked for"),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status" },
            ["detail"] = Text("What happened and what to do"),
            ["code"] = Text("Stable, for programs"),
            ["reference"] = Text("Finds the request in the hub's log"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "The values that will not do",
                Items = Shape("A value that will not do", ["pointer", "message", "fix"], new()
                {
                    ["pointer"] = Text("JSON pointer into the body; ?name for a query parameter"),
                    ["message"] = Text("What is wrong with it"),
                    ["fix"] = Text("What would do"),
                }),
            },
        });

    static OpenApiSchema Shape(string description, HashSet<string> required, Dictionary<string, IOpenApiSchema> properties) =>
        new() { Type = JsonSchemaType.Object, Description = description, Required = required, Properties = properties };

    static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    /// <summary><c>GET api/v1/datasets/{name}/records</c> as <c>getDatasetsByNameRecords</c>: stable as long as the route is.</summary>
    static string IdOf(string method, string path) => method.ToLowerInvariant() + string.Concat(
        from segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries)
        where segment is not ("api" or "v1")
        from word in segment.Replace("{", "by-", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Split('-', '.', '*')
        where word.Length > 0
        select char.ToUpperInvariant(word[0]) + word[1..]);
}
