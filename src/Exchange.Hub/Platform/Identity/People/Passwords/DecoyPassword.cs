using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Exchange.Hub.Platform;

/// <summary>A hash of nobody's password, compared where there is no other: an unknown address costs the same work as a wrong password.</summary>
public sealed class DecoyPassword(IOptions<PasswordHasherOptions> options)
{
    readonly Lazy<string> hash = new(() => new PasswordHasher<Person>(options).HashPassword(Nobody, RandomNumberGenerator.GetHexString(32)));

    /// <summary>Whose it is.</summary>
    public static Person Nobody { get; } = new() { Id = Guid.Empty, Email = "", Name = "", CreatedAt = default, CreatedBy = "" };

    /// <summary>The hash.</summary>
    public string Hash => hash.Value;
}
