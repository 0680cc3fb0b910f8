using System.Globalization;
using Serilog;
using Serilog.AspNetCore;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;

namespace Exchange.Hub.Platform;

/// <summary>The log: for people on standard error, as compact JSON in a file rolled daily.</summary>
public static class HubLog
{
    const string ForPeople = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";
    const int FilesKept = 14;
    const long FileBytes = 256L * 1024 * 1024;

    /// <summary>Makes the log.</summary>
    public static Serilog.Core.Logger Create(HubOptions options, DataDirectory data, Redactor redactor) => new LoggerConfiguration()
        .MinimumLevel.Is(Enum.Parse<LogEventLevel>(options.LogLevel.ToString()))
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error) // its keys lie in a closed folder
        .MinimumLevel.Override("Hangfire", LogEventLevel.Warning)
        .MinimumLevel.Override(typeof(TokenAuthentication).FullName!, LogEventLevel.Warning) // the request's own line says it
        .Enrich.FromLogContext()
        .WriteTo.Console(
            new RedactingFormatter(new MessageTemplateTextFormatter(ForPeople, CultureInfo.InvariantCulture), redactor),
            standardErrorFromLevel: LogEventLevel.Verbose) // standard output belongs to data
        .WriteTo.File(
            new RedactingFormatter(new CompactJsonFormatter(), redactor),
            options.LogFile ?? data.Of("logs", "exchange-.jsonl"),
            rollingInterval: RollingInterval.Day,
            rollOnFileSizeLimit: true,
            fileSizeLimitBytes: FileBytes,
            retainedFileCountLimit: FilesKept)
        .CreateLogger();

    /// <summary>
    /// One line per request. It names the route, not the path or the query: those hold keys of records, which may be
    /// personal data.
    /// </summary>
    public static void LogRequests(RequestLoggingOptions options, Serilog.ILogger log)
    {
        options.Logger = log;
        options.MessageTemplate = "{Method} {Route} {Status} in {Elapsed:0.0} ms for {Caller}";
        options.IncludeQueryInRequestPath = false;
        options.GetLevel = (context, _, error) =>
            error is not null || context.Response.StatusCode >= 500 ? LogEventLevel.Error
            : context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) ? LogEventLevel.Debug
            : LogEventLevel.Information;
        options.GetMessageTemplateProperties = (context, _, elapsed, status) =>
        [
            new("Method", new ScalarValue(context.Request.Method)),
            new("Route", new ScalarValue((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)")),
            new("Status", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(elapsed)),
            new("Caller", new ScalarValue(Caller.Of(context)?.Id ?? "(nobody)")),
            new("Reference", new ScalarValue(Problem.ReferenceOf(context))),
        ];
    }
}
