using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Probes a server step by step, so that a person sees how far it goes and what to do about the rest.</summary>
sealed class PostgreSqlCheck(ConnectorContext context)
{
    readonly PostgreSqlOptions options = context.Options<PostgreSqlOptions>();

    public async IAsyncEnumerable<CheckStep> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        IReadOnlyList<CatalogueStream> streams = [];
        (string Name, Func<Task<string>> Try, Func<string> Fix)[] steps =
        [
            ("resolve", () => ResolveAsync(cancellationToken), () => "Correct \"host\", or let the hub's machine know the name."),
            ("reach", () => ReachAsync(cancellationToken), () => $"Correct \"host\" and \"port\"; on the server set listen_addresses; open port {options.Port} in the firewalls between."),
            ("sign in", async () => Welcome(connection = await Session.OpenAsync(options, context, cancellationToken)),
                () => $"Correct \"user\", \"password\" and \"database\"; in pg_hba.conf: hostssl {options.Database} {options.User} <address of the hub>/32 scram-sha-256"),
            ("list", async () => Listed(streams = await Catalogue.StreamsAsync(connection!, options, cancellationToken)), () => PostgreSqlErrors.Grant(options, null)),
            ("read", () => ReadAsync(connection!, streams[0], cancellationToken), () => PostgreSqlErrors.Grant(options, streams[0].Stream.Type == "query" ? null : streams[0].From)),
        ];
        var failed = false;
        foreach (var (name, step, fix) in steps)
        {
            var result = failed ? new CheckStep(name, CheckOutcome.Skipped, "An earlier step failed.") : await TryAsync(name, step, fix);
            failed |= result.Outcome == CheckOutcome.Failed;
            yield return result;
        }
        if (connection is not null)
            await connection.DisposeAsync();
    }

    bool IsSocket => options.Host.StartsWith('/');

    async Task<CheckStep> TryAsync(string name, Func<Task<string>> step, Func<string> fix)
    {
        try
        {
            return new CheckStep(name, CheckOutcome.Passed, await PostgreSqlErrors.GuardAsync(options, step));
        }
        catch (ConnectorException error)
        {
            return new CheckStep(name, CheckOutcome.Failed, error.Message, fix());
        }
    }

    async Task<string> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IsSocket)
            return $"{options.Host} is a folder of sockets.";
        var addresses = await Dns.GetHostAddressesAsync(options.Host, cancellationToken);
        return $"{options.Host} is {string.Join(", ", addresses.Select(address => address.ToString()))}.";
    }

    async Task<string> ReachAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.ConnectTimeoutSeconds));
        try
        {
            EndPoint place = IsSocket ? new UnixDomainSocketEndPoint($"{options.Host}/.s.PGSQL.{options.Port}") : new DnsEndPoint(options.Host, options.Port);
            using var socket = IsSocket ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(place, patience.Token);
            return $"Port {options.Port} answers.";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.ConnectTimeoutSeconds} s");
        }
    }

    string Welcome(NpgsqlConnection connection) => $"Signed in as \"{options.User}\" to PostgreSQL {connection.PostgreSqlVersion}.";

    string Listed(IReadOnlyList<CatalogueStream> streams) => streams.Count > 0
        ? $"{streams.Count} to read: {string.Join(", ", streams.Take(20).Select(each => each.Stream.Name))}"
        : throw new ConnectorException(ConnectorErrorKind.Authentication, $"\"{options.User}\" may read nothing in {string.Join(", ", options.Schemas)}.");

    static async Task<string> ReadAsync(NpgsqlConnection connection, CatalogueStream stream, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        var columns = string.Join(", ", stream.Stream.Columns.Select(column => Catalogue.Quoted(column.Name)));
        command.CommandText = $"select {columns} from {stream.From} limit 1";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? $"A row of {stream.Stream.Name} was read." : $"{stream.Stream.Name} is empty.";
    }
}
