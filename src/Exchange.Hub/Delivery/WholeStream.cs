namespace Exchange.Hub.Delivery;

/// <summary>Sees to it that a part of a stream is never taken for the whole.</summary>
static class WholeStream
{
    /// <summary>Sends a stream; when it cannot be finished as announced, the connection ends in the middle of the answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="log">Where a break is noted: the middleware takes the abort for the client's own.</param>
    /// <param name="announced">Items that the headers promise.</param>
    /// <param name="send">Sends them and says how many they were.</param>
    public static async Task SendAsync(HttpContext http, UseLog log, long announced, Func<Task<long>> send)
    {
        try
        {
            var sent = await send();
            if (sent != announced)
                throw new InvalidDataException($"{announced} items were announced and {sent} were sent.");
            await http.Response.CompleteAsync();
        }
        catch (Exception error) when (http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            log.BrokenOff(http, error);
            // Without this the server would end the body in good order, and the client could not tell.
            http.Abort();
            throw;
        }
    }
}
