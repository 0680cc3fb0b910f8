namespace Exchange.Hub.Platform;

/// <summary>The private PostgreSQL cannot be had. The message says what happened and what to do.</summary>
public sealed class LocalPostgresException(string message, Exception? inner = null) : Exception(message, inner);
