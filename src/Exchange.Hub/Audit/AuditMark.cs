using System.Globalization;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Audit;

/// <summary>
/// Remembers outside of the database how far the audit log had come (<c>audit.mark</c> in the data directory: number and
/// hash of the last event), once a second and when the hub stops. A database in which that event is missing is an older
/// one: restored from a backup, or altered.
/// </summary>
public sealed class AuditMark(NpgsqlDataSource database, DataDirectory data, TimeProvider time, ILogger<AuditMark> log) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    string? written;

    string File => data.Of("audit.mark");

    /// <summary>Writes down how far the log has come.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var head = await database.FirstOrDefaultAsync(
            $"select seq, hash from audit.head", [],
            row => string.Create(CultureInfo.InvariantCulture, $"{row.GetInt64(0)} {Convert.ToHexStringLower(row.GetFieldValue<byte[]>(1))}"), cancellationToken);
        if (head == written)
            return;
        PrivateFile.Write(File, head + "\n");
        written = head;
    }

    /// <summary>Whether the log lacks the event that was written down; false where none was.</summary>
    public async Task<bool> IsMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Read() is var (seq, hash)
        && !await connection.ScalarAsync<bool>($"select exists (select from audit.events where seq = $1 and hash = $2)", [seq, hash], cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryWriteAsync();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync();
    }

    async Task TryWriteAsync()
    {
        try
        {
            await WriteAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or UnauthorizedAccessException)
        {
            log.LogDebug(error, "How far the audit log has come could not be written down");
        }
    }

    (long Seq, byte[] Hash)? Read() =>
        System.IO.File.Exists(File) && System.IO.File.ReadAllText(File).Trim().Split(' ') is [var seq, var hash] && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (number, Convert.FromHexString(hash))
            : null;
}
