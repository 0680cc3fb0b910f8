using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Exchange.Engine.Records;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Audit;

/// <summary>
/// The bytes of an event: canonical JSON (RFC 8785) of
/// <c>{actor: {department, id, name, role}, at, data, subject, type}</c>. What is hashed, now in the chain and later in a
/// Merkle tree; the shape stays as it is.
/// </summary>
public static class AuditLeaf
{
    /// <summary>RFC 3339 in UTC with microseconds, which is what PostgreSQL keeps.</summary>
    const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    static readonly JsonSerializerOptions DataOptions = new(ApiJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutSubject } },
    };

    /// <summary>Writes the leaf of one event.</summary>
    public static string Write(DateTimeOffset at, Caller actor, IAuditEvent deed)
    {
        var plain = JsonSerializer.SerializeToElement(
            new
            {
                Actor = new { actor.Id, actor.Name, actor.Role, actor.Department },
                At = at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
                Data = JsonSerializer.SerializeToElement(deed, deed.GetType(), DataOptions),
                deed.Subject,
                Type = deed.GetType().Name,
            },
            ApiJson.Options);
        return Encoding.UTF8.GetString(CanonicalJson.Of(plain));
    }

    /// <summary>The subject stands beside the data, not in it too.</summary>
    static void LeaveOutSubject(JsonTypeInfo type)
    {
        if (!typeof(IAuditEvent).IsAssignableFrom(type.Type))
            return;
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].Name == "subject")
                type.Properties.RemoveAt(i);
        }
    }
}
