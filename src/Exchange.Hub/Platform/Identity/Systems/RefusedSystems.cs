using System.Net;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Writes refused sign-ins of systems down, as <see cref="RefusedSignIns"/> does those of people: for a system, or for a
/// network at unknown clients, one event a minute with a count. Nobody is slowed down: what is guessed at is as long as a
/// key, and a system whose neighbours guess must not wait.
/// </summary>
sealed class RefusedSystems(NpgsqlDataSource database, SystemStore systems, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Notes one.</summary>
    /// <param name="clientId">Who it said that it was.</param>
    /// <param name="address">Where it came from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task NoteAsync(string? clientId, IPAddress? address, CancellationToken cancellationToken)
    {
        var system = clientId is null ? null : await systems.FindByClientIdAsync(clientId, cancellationToken);
        var network = GuessLimits.NetworkOf(address);
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(system is null ? $"system-network\n{network}" : $"system\n{system.Id}"));
        await database.InTransactionAsync(
            async connection =>
            {
                if (await RefusedSignIns.CountAsync(connection, key, time.GetUtcNow(), cancellationToken) is var count and > 0)
                    await audit.AppendAsync(connection, Caller.System, new SystemRefused(system?.Id, network, count), cancellationToken);
            },
            cancellationToken);
    }
}
