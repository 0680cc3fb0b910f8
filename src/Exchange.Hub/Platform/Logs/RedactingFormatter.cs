using Serilog.Events;
using Serilog.Formatting;

namespace Exchange.Hub.Platform;

/// <summary>Formats an event as another formatter does, less the secrets.</summary>
public sealed class RedactingFormatter(ITextFormatter inner, Redactor redactor) : ITextFormatter
{
    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var buffer = new StringWriter();
        inner.Format(logEvent, buffer);
        output.Write(redactor.Redact(buffer.ToString()));
    }
}
