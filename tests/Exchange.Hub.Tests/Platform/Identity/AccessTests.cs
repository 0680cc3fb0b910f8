using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Deny by default, over whatever routes all rooms together have.</summary>
public sealed partial class AccessTests
{
    static readonly (string Method, string Path)[] Open = [("get", "/health/live"), ("get", "/health/ready"), ("post", "/api/v1/session"), ("post", "/api/v1/welcome"), ("post", "/api/v1/session/passkey"), ("post", "/api/v1/session/passkey/options"), ("get", "/api/v1/licences/{id}/status"), ("get", "/.well-known/jwks.json")];

    [Test]
    public async Task Without_a_token_every_route_of_the_description_answers_401_but_those_that_are_open()
    {
        var hub = await TestHub.SharedAsync();
        using var description = JsonDocument.Parse(await (await hub.ClientAsync(Role.Subscriber)).GetStringAsync("/openapi/v1.json"));
        Assert.That(description.RootElement.GetProperty("openapi").GetString(), Does.StartWith("3.1"));
        using var anonymous = hub.Anonymous();
        foreach (var path in description.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                using var request = new HttpRequestMessage(new HttpMethod(operation.Name), Parameter().Replace(path.Name, Guid.Empty.ToString()));
                using var answer = await anonymous.SendAsync(request);
                Assert.That(answer.StatusCode == HttpStatusCode.Unauthorized, Is.Not.EqualTo(Open.Contains((operation.Name, path.Name))), $"{operation.Name} {path.Name}: {answer.StatusCode}");
            }
        }
    }

    [Test]
    public async Task Every_route_says_which_roles_it_is_for()
    {
        var hub = await TestHub.SharedAsync();
        var silent = hub.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AllowedRoles>() is null && route.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(route => route.RoutePattern.RawText);
        Assert.That(silent, Is.Empty);
    }

    [Test]
    public async Task A_route_that_says_nothing_is_open_to_nobody_and_an_unknown_one_is_for_the_404()
    {
        var hub = await TestHub.SharedAsync();
        var fallback = await hub.Services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();
        var judge = hub.Services.GetRequiredService<IAuthorizationService>();
        var administrator = Caller.System.ToPrincipal(TokenAuthentication.SchemeName);
        var forgotten = new DefaultHttpContext();
        forgotten.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/forgotten"), 0, null, null));

        Assert.That((await judge.AuthorizeAsync(administrator, forgotten, fallback!)).Succeeded, Is.False);
        Assert.That((await judge.AuthorizeAsync(administrator, new DefaultHttpContext(), fallback!)).Succeeded, Is.True);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
