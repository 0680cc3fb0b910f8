using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace Exchange.Hub.Platform;

/// <summary>OpenIddict's view of systems, with secrets compared our way: several may be good at one time.</summary>
sealed class OAuthClientCheck(
    IOpenIddictApplicationCache<SystemAccount> cache,
    ILogger<OpenIddictApplicationManager<SystemAccount>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<SystemAccount> store,
    SystemSecrets secrets) : OpenIddictApplicationManager<SystemAccount>(cache, logger, options, store)
{
    public override async ValueTask<bool> ValidateClientSecretAsync(SystemAccount application, string secret, CancellationToken cancellationToken = default) =>
        await secrets.IsGoodAsync(application.Id, secret, cancellationToken);
}
