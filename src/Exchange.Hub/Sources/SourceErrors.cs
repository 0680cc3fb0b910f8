using Exchange.Hub.Platform;
using Exchange.Sdk;

namespace Exchange.Hub.Sources;

/// <summary>Tells a person at the API why a source could not be read.</summary>
static class SourceErrors
{
    public static async Task<T> TellAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (ConnectorException e)
        {
            var kind = e.Kind == ConnectorErrorKind.Unavailable ? ErrorKind.Unavailable : ErrorKind.Conflict;
            throw new HubException(kind, $"source-{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(e.Kind.ToString())}", e.Message, e) { RetryAfter = e.RetryAfter };
        }
    }
}
