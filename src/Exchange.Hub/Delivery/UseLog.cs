using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery;

/// <summary>Notes in the log who took what. Keys and filters may be personal data and are not noted.</summary>
sealed class UseLog(ILogger<UseLog> logger)
{
    public void Read(HttpContext http, string dataset, string form, long position, long records) =>
        logger.LogInformation(
            "{Caller} ({Role}) read {Dataset} as {Form} at {Position}: {Records} records",
            Caller.Of(http)?.Name, Caller.Of(http)?.Role, dataset, form, position, records);

    public void GrantEnded(HttpContext http, ReadAccess access, string form) =>
        logger.LogWarning(
            "Grant {Grant} ended while {Caller} read {Path} as {Form}: the answer ends in the middle (reference {Reference})",
            access.GrantId, Caller.Of(http)?.Name, http.Request.Path, form, Problem.ReferenceOf(http));

    public void BrokenOff(HttpContext http, Exception error) =>
        logger.LogError(error, "The stream {Path} broke off (reference {Reference})", http.Request.Path, Problem.ReferenceOf(http));
}
