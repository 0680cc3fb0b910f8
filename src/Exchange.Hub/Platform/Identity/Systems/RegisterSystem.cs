using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What a system is registered with.</summary>
/// <param name="Name">For people.</param>
/// <param name="Department">The department that it belongs to.</param>
/// <param name="Role">Subscriber, the usual one, or IT staff for automation of a department's own sources.</param>
/// <param name="Keys">Public keys as JSON Web Key Set; with them it signs in by signed assertion. Left out: it is given a secret.</param>
public sealed record SystemRequest(string Name, string Department, Role Role = Role.Subscriber, JsonElement? Keys = null);

/// <summary>A new system, or a new secret of one. The only time that the secret is shown.</summary>
public sealed record RegisteredSystem(Guid Id, string ClientId, string Name, Role Role, string Department, string? Secret);

/// <summary>Registers systems.</summary>
public sealed class RegisterSystem(NpgsqlDataSource database, SystemStore systems, SystemSecrets secrets, IAuditTrail audit, TimeProvider time)
{
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Registers one.</summary>
    /// <exception cref="HubException">The values will not do.</exception>
    public async Task<RegisteredSystem> ExecuteAsync(SystemRequest request, Caller caller, CancellationToken cancellationToken)
    {
        new Validation()
            .RequireName(request.Name, "/name")
            .RequireSlug(request.Department, "/department")
            .Require(request.Role is Role.Subscriber or Role.ItStaff, "/role", "is a role of people", "Give subscriber or it-staff.")
            .ThrowIfAny();
        if (!caller.MayActFor(request.Department))
            throw HubException.Forbidden("department-foreign", $"You act for department '{caller.Department}' and cannot register a system of '{request.Department}'.");
        var (keys, _) = PublicKeys.Read(request.Keys);
        var now = time.GetUtcNow();
        var clientId = $"sys-{RandomNumberGenerator.GetString(Alphabet, 16)}";
        var system = new SystemAccount(Guid.CreateVersion7(now), clientId, request.Name.Trim(), request.Role, request.Department, keys, now, caller.Name, TokensVersion: 1);
        var secret = await database.InTransactionAsync(
            async connection =>
            {
                await systems.AddAsync(connection, system, cancellationToken);
                var made = keys is null ? await secrets.AddAsync(connection, system.Id, expiresAt: null, cancellationToken) : null;
                await audit.AppendAsync(connection, caller, new SystemRegistered(system.Id, clientId, system.Name, system.Role, system.Department), cancellationToken);
                return made?.Text;
            },
            cancellationToken);
        return new RegisteredSystem(system.Id, clientId, system.Name, system.Role, system.Department, secret);
    }
}
