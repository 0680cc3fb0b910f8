using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Exchange.Cli.Exporting;

/// <summary>Has the hub write an export as a file, and fetches it, going on after interruptions with what is there.</summary>
sealed class PreparedExport(CliSession session, ExportOrder order, PartFile file)
{
    const int BufferSize = 128 * 1024;
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan patience = TimeSpan.FromMinutes(5);

    /// <summary>Prepares, unless it was prepared before, waits, fetches and checks.</summary>
    /// <param name="id">An export that was prepared before; null to prepare one.</param>
    /// <exception cref="CliException">It failed, or what came is not what the hub wrote.</exception>
    public async Task FetchAsync(string? id, CancellationToken cancellationToken)
    {
        if (id is null)
        {
            file.Drop(); // of another export
            id = await PrepareAsync(cancellationToken);
        }
        var export = await WaitAsync(id, cancellationToken);
        var lastCame = session.TimeProvider.GetTimestamp();
        while (file.Length < (export.Number("bytes") ?? 0) || !File.Exists(file.Part))
        {
            var before = file.Length;
            var broken = await TakeAsync(id, cancellationToken);
            if (file.Length > before)
                lastCame = session.TimeProvider.GetTimestamp();
            if (broken is not null && session.TimeProvider.GetElapsedTime(lastCame) > patience)
                throw broken;
            if (broken is not null)
                await Task.Delay(interval, session.TimeProvider, cancellationToken);
        }
        await CheckAsync(export, cancellationToken);
        file.Keep();
        session.Hint($"[dim]{export.Number("records") ?? 0} records of publication {export.Text("publication") ?? "?"} are in {file.Path}; its SHA-256 is as the hub said.[/]");
    }

    async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        var body = new { order.Format, Filters = order.Filters.ToDictionary(filter => filter.Field, filter => filter.Value), order.AsOf, order.Gzip };
        var export = await session.Hub.PostAsync($"datasets/{HubClient.Segment(order.Dataset)}/exports", body, cancellationToken);
        var id = export.Text("id") ?? throw new CliException(ExitCode.Failed, "The hub did not say which export it prepares.");
        session.Hint($"[dim]Export[/] {id} [dim]is being prepared; --prepared {id} fetches it later.[/]");
        return id;
    }

    async Task<JsonElement> WaitAsync(string id, CancellationToken cancellationToken)
    {
        var lastSeen = session.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                var export = await session.Hub.GetAsync($"exports/{HubClient.Segment(id)}", cancellationToken);
                lastSeen = session.TimeProvider.GetTimestamp();
                if (export.Text("state") is "ready")
                    return export;
                if (export.Text("state") is "failed" or "expired")
                    throw new CliException(ExitCode.Failed, $"There is no file: {export.Member("problem")?.Text("detail")}") { Problem = export.Member("problem")?.Text("code") };
            }
            catch (CliException error) when (error.Code == ExitCode.Unreachable && session.TimeProvider.GetElapsedTime(lastSeen) < patience)
            {
                // The export does not depend on this connection: ask again.
            }
            await Task.Delay(interval, session.TimeProvider, cancellationToken);
        }
    }

    /// <summary>Takes as much as comes; why it broke off, or null.</summary>
    async Task<CliException?> TakeAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await session.Hub.OpenFromAsync($"exports/{HubClient.Segment(id)}/file", file.Length, cancellationToken);
            await using var input = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using var output = file.Open(append: response.StatusCode == HttpStatusCode.PartialContent);
            var buffer = new byte[BufferSize];
            while (await input.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                await WriteAsync(output, buffer.AsMemory(0, read), cancellationToken);
            return null;
        }
        catch (CliException error) when (error.Code == ExitCode.Unreachable)
        {
            return error;
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            return new CliException(ExitCode.Failed, $"The transfer broke off again and again: {error.Message}") { Fix = $"Run the command again with --prepared {id}: it goes on with the {file.Length} bytes of {file.Part}." };
        }
    }

    async Task WriteAsync(FileStream output, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await output.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException error)
        {
            throw file.Failed(error);
        }
    }

    async Task CheckAsync(JsonElement export, CancellationToken cancellationToken)
    {
        string hash;
        await using (var written = File.OpenRead(file.Part))
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken));
        if (hash == export.Text("sha256"))
            return;
        file.Drop();
        throw new CliException(ExitCode.Failed, "What came is not what the hub wrote: its SHA-256 is another. It is deleted.")
        {
            Where = file.Part,
            Fix = $"Run the command again with --prepared {export.Text("id")}.",
        };
    }
}
