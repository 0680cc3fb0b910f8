namespace Exchange.Sdk;

/// <summary>A source document made ready to work.</summary>
/// <param name="Connector">The connector it names.</param>
/// <param name="Context">Its bound options, with store and decoders for a file source.</param>
public sealed record ConfiguredSource(IConnector Connector, ConnectorContext Context);
