using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Exchange.Hub.Platform;

/// <summary>
/// Systems as OpenIddict sees its applications: to be looked up and read. Systems change by <see cref="RegisterSystem"/>
/// and <see cref="ChangeSystem"/> alone, which audit what they do; OpenIddict's own ways to write are closed.
/// </summary>
sealed class OAuthClients(SystemStore systems) : IOpenIddictApplicationStore<SystemAccount>
{
    static readonly ImmutableArray<string> permissions = [Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials];

    public async ValueTask<SystemAccount?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken) =>
        await systems.FindByClientIdAsync(identifier, cancellationToken);

    public async ValueTask<SystemAccount?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        Guid.TryParse(identifier, out var id) ? await systems.FindAsync(id, cancellationToken) : null;

    public IAsyncEnumerable<SystemAccount> FindByRedirectUriAsync(string uri, CancellationToken cancellationToken) => AsyncEnumerable.Empty<SystemAccount>();

    public IAsyncEnumerable<SystemAccount> FindByPostLogoutRedirectUriAsync(string uri, CancellationToken cancellationToken) => AsyncEnumerable.Empty<SystemAccount>();

    public async IAsyncEnumerable<SystemAccount> ListAsync(int? count, int? offset, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var system in (await systems.ListAsync(null, cancellationToken)).Skip(offset ?? 0).Take(count ?? int.MaxValue))
            yield return system;
    }

    public async ValueTask<long> CountAsync(CancellationToken cancellationToken) => (await systems.ListAsync(null, cancellationToken)).Count;

    public async ValueTask<long> CountAsync<TResult>(Func<IQueryable<SystemAccount>, IQueryable<TResult>> query, CancellationToken cancellationToken) =>
        query((await systems.ListAsync(null, cancellationToken)).AsQueryable()).LongCount();

    public async ValueTask<TResult?> GetAsync<TState, TResult>(
        Func<IQueryable<SystemAccount>, TState, IQueryable<TResult>> query, TState state, CancellationToken cancellationToken) =>
        query((await systems.ListAsync(null, cancellationToken)).AsQueryable(), state).FirstOrDefault();

    public async IAsyncEnumerable<TResult> ListAsync<TState, TResult>(
        Func<IQueryable<SystemAccount>, TState, IQueryable<TResult>> query, TState state, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var result in query((await systems.ListAsync(null, cancellationToken)).AsQueryable(), state))
            yield return result;
    }

    public ValueTask<string?> GetIdAsync(SystemAccount application, CancellationToken cancellationToken) => new(application.Id.ToString());

    public ValueTask<string?> GetClientIdAsync(SystemAccount application, CancellationToken cancellationToken) => new(application.ClientId);

    /// <summary>Only that there is one counts here: <see cref="OAuthClientCheck"/> compares.</summary>
    public ValueTask<string?> GetClientSecretAsync(SystemAccount application, CancellationToken cancellationToken) => new(application.ClientId);

    public ValueTask<string?> GetClientTypeAsync(SystemAccount application, CancellationToken cancellationToken) => new(ClientTypes.Confidential);

    public ValueTask<string?> GetApplicationTypeAsync(SystemAccount application, CancellationToken cancellationToken) => new(ApplicationTypes.Native);

    public ValueTask<string?> GetConsentTypeAsync(SystemAccount application, CancellationToken cancellationToken) => new(ConsentTypes.Implicit);

    public ValueTask<string?> GetDisplayNameAsync(SystemAccount application, CancellationToken cancellationToken) => new(application.Name);

    public ValueTask<ImmutableDictionary<CultureInfo, string>> GetDisplayNamesAsync(SystemAccount application, CancellationToken cancellationToken) =>
        new(ImmutableDictionary<CultureInfo, string>.Empty);

    public ValueTask<JsonWebKeySet?> GetJsonWebKeySetAsync(SystemAccount application, CancellationToken cancellationToken) =>
        new(application.Keys is null ? null : new JsonWebKeySet(application.Keys));

    public ValueTask<ImmutableArray<string>> GetPermissionsAsync(SystemAccount application, CancellationToken cancellationToken) => new(permissions);

    public ValueTask<ImmutableArray<string>> GetRedirectUrisAsync(SystemAccount application, CancellationToken cancellationToken) => new(ImmutableArray<string>.Empty);

    public ValueTask<ImmutableArray<string>> GetPostLogoutRedirectUrisAsync(SystemAccount application, CancellationToken cancellationToken) => new(ImmutableArray<string>.Empty);

    public ValueTask<ImmutableArray<string>> GetRequirementsAsync(SystemAccount application, CancellationToken cancellationToken) => new(ImmutableArray<string>.Empty);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(SystemAccount application, CancellationToken cancellationToken) =>
        new(ImmutableDictionary<string, JsonElement>.Empty);

    public ValueTask<ImmutableDictionary<string, string>> GetSettingsAsync(SystemAccount application, CancellationToken cancellationToken) =>
        new(ImmutableDictionary<string, string>.Empty);

    public ValueTask CreateAsync(SystemAccount application, CancellationToken cancellationToken) => throw Closed();

    public ValueTask UpdateAsync(SystemAccount application, CancellationToken cancellationToken) => throw Closed();

    public ValueTask DeleteAsync(SystemAccount application, CancellationToken cancellationToken) => throw Closed();

    public ValueTask<SystemAccount> InstantiateAsync(CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetApplicationTypeAsync(SystemAccount application, string? type, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetClientIdAsync(SystemAccount application, string? identifier, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetClientSecretAsync(SystemAccount application, string? secret, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetClientTypeAsync(SystemAccount application, string? type, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetConsentTypeAsync(SystemAccount application, string? type, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetDisplayNameAsync(SystemAccount application, string? name, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetDisplayNamesAsync(SystemAccount application, ImmutableDictionary<CultureInfo, string> names, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetJsonWebKeySetAsync(SystemAccount application, JsonWebKeySet? set, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetPermissionsAsync(SystemAccount application, ImmutableArray<string> permissions, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetPostLogoutRedirectUrisAsync(SystemAccount application, ImmutableArray<string> uris, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetPropertiesAsync(SystemAccount application, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetRedirectUrisAsync(SystemAccount application, ImmutableArray<string> uris, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetRequirementsAsync(SystemAccount application, ImmutableArray<string> requirements, CancellationToken cancellationToken) => throw Closed();

    public ValueTask SetSettingsAsync(SystemAccount application, ImmutableDictionary<string, string> settings, CancellationToken cancellationToken) => throw Closed();

    static NotSupportedException Closed() => new("Systems are registered and changed by the hub's use cases, which audit what they do.");
}
