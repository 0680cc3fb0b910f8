namespace Exchange.Sdk;

/// <summary>How a file source reaches its bytes: one store with its own options, then decoders in order.</summary>
/// <param name="Store">Where the files lie.</param>
/// <param name="StoreContext">The store's own options.</param>
/// <param name="Decoders">Applied in order, outermost first.</param>
public sealed record FileAccess(IFileStore Store, ConnectorContext StoreContext, IReadOnlyList<ConfiguredDecoder> Decoders);

/// <summary>A decoder with its own options.</summary>
/// <param name="Decoder">The code.</param>
/// <param name="Context">Its options.</param>
public sealed record ConfiguredDecoder(IFileDecoder Decoder, ConnectorContext Context);
