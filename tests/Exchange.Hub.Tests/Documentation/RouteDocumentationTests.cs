using System.Reflection;
using Exchange.Hub.Platform;
using Exchange.Tests;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Documentation;

/// <summary>The README of a room lists its routes, who may use them, and what for.</summary>
public sealed class RouteDocumentationTests
{
    [Test]
    public async Task Every_route_stands_in_the_README_of_its_room_and_no_other_does()
    {
        var hub = await TestHub.SharedAsync();
        var rooms = hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().GroupBy(RoomOf).ToList();
        Assert.That(rooms.Select(room => room.Key), Is.SupersetOf(new[] { "Platform", "Audit", "Catalog", "Sources", "Runs", "Sharing", "Delivery" }));
        Assert.Multiple(() =>
        {
            foreach (var room in rooms)
                Approved.Part($"src/Exchange.Hub/{room.Key}/README.md", "routes: written by RouteDocumentationTests", Table(room));
        });
    }

    static string Table(IEnumerable<RouteEndpoint> routes) =>
        "| route | for | what it does |\n|---|---|---|\n"
        + string.Concat(routes.OrderBy(route => route.RoutePattern.RawText, StringComparer.Ordinal).ThenBy(MethodsOf, StringComparer.Ordinal)
            .Select(route => $"| `{MethodsOf(route)} /{route.RoutePattern.RawText!.TrimStart('/')}` | {AudienceOf(route)} | {SummaryOf(route)} |\n"));

    /// <summary>The room whose namespace holds the handler; what the frameworks serve is Platform's.</summary>
    static string RoomOf(RouteEndpoint route)
    {
        var space = route.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.Namespace ?? "";
        return space.StartsWith("Exchange.Hub.", StringComparison.Ordinal) ? space.Split('.')[2] : "Platform";
    }

    static string MethodsOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: { Count: > 0 } methods } ? string.Join(", ", methods) : "GET";

    static string AudienceOf(RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return "everybody";
        var roles = route.Metadata.GetMetadata<AllowedRoles>()?.Allowed ?? [];
        return roles.Count == RoleNames.All.Count ? "every role" : string.Join(", ", roles.Order().Select(role => role.ToName()));
    }

    static string SummaryOf(RouteEndpoint route) => route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? route.RoutePattern.RawText switch
    {
        "sign-in" => "The page to sign in on; its form posts here too",
        "welcome" => "The page that a one-time link leads to; its form posts here too",
        "account" => "The page of one's own account: role, password, authenticator, sessions, tokens",
        "/openapi/{documentName}.json" => "The API's own description (OpenAPI 3.1); the document is `v1`",
        _ => "The job dashboard, to look at",
    };
}
