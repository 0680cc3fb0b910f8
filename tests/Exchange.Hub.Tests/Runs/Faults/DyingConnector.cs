using Exchange.Sdk;

namespace Exchange.Hub.Tests.Runs.Faults;

/// <summary>A source that hands over numbered rows and, until it is told to live, dies after some of them.</summary>
public sealed class DyingConnector : IConnector
{
    /// <summary>Rows before it dies; null to live.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>Rows in all.</summary>
    public int Rows { get; set; } = 10;

    /// <summary>How it dies.</summary>
    public ConnectorErrorKind Kind { get; set; } = ConnectorErrorKind.Unavailable;

    /// <summary>Rows that it says it handed over beyond those that it did.</summary>
    public int Miscounts { get; set; }

    /// <summary>Awaited before the last batch, when set.</summary>
    public Task? Gate { get; set; }

    public PluginInfo Info => new("dying", "A source for tests", typeof(Options));

    public Capabilities CapabilitiesOf(ConnectorContext context) => new(false, false, true, DeleteDetection.FullDiff, false);

    public async IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return new CheckStep("reach", CheckOutcome.Passed, "It is here.");
    }

    public Task<IReadOnlyList<SourceStream>> DiscoverAsync(ConnectorContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SourceStream>>([new SourceStream("rows", Reader.All, [], null)]);

    public Task<IRecordReader> OpenAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IRecordReader>(new Reader(this));

    public sealed record Options;

    sealed class Reader(DyingConnector source) : IRecordReader
    {
        public static readonly SourceColumn[] All = [new("NO", ValueKind.Text), new("PAYEE", ValueKind.Text), new("AMOUNT", ValueKind.Text), new("BOOKED", ValueKind.Text)];
        int read;

        public IReadOnlyList<SourceColumn> Columns => All;

        public async ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken)
        {
            batch.Clear(All.Length);
            for (var i = 0; i < 3 && read < source.Rows; i++)
            {
                if (read >= source.DiesAfter)
                    throw new ConnectorException(source.Kind, "The line went dead.");
                read++;
                batch.AddInteger(read);
                batch.AddText("Li");
                batch.AddText("1.5");
                batch.AddText("2024-02-29");
                batch.EndRow(read);
            }
            if (read < source.Rows)
                return null;
            if (source.Gate is { } gate)
                await gate.WaitAsync(cancellationToken);
            return new ReadEnd(true, read + source.Miscounts);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
