using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Hub.Delivery;

/// <summary>Finds the key in the address of a record.</summary>
static class RecordAddress
{
    const string Datasets = "/datasets/";
    const string Records = "/records/";

    /// <summary>
    /// The key of <c>…/datasets/{name}/records/{key}</c>, from the address as it was sent: routing leaves <c>%2F</c>
    /// escaped and unescapes the rest, so that from its value nobody can tell what a key with a slash or a percent
    /// sign was.
    /// </summary>
    public static string KeyOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?', 2)[0];
        var name = path.IndexOf(Datasets, StringComparison.Ordinal) + Datasets.Length;
        var key = path.IndexOf('/', name) + Records.Length;
        return Uri.UnescapeDataString(path[key..]);
    }
}
