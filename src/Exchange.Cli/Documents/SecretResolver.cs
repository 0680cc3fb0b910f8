using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Cli.Documents;

/// <summary>Puts secrets from the environment in place of <c>{"env":"NAME"}</c>, so that no document holds them.</summary>
static class SecretResolver
{
    /// <returns>The bytes to send, and what could not be resolved.</returns>
    public static (byte[] Utf8, IReadOnlyList<ErrorDetail> Errors) Resolve(Document document, Func<string, string?> environment)
    {
        List<ErrorDetail> errors = [];
        var root = JsonNode.Parse(document.Utf8)!;
        var found = 0;
        foreach (var part in (string[])["options", "store", "decode"])
            if (root is JsonObject source && source[part] is { } node)
                Walk(node, $"/{part}");
        return (found == 0 ? document.Utf8 : JsonSerializer.SerializeToUtf8Bytes(root, Json.Compact), errors);

        void Walk(JsonNode node, string pointer)
        {
            if (NameIn(node) is { } name)
                Replace(node, name, pointer);
            else if (node is JsonObject members)
                foreach (var (member, value) in members.ToList())
                    Descend(value, $"{pointer}/{member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}");
            else if (node is JsonArray items)
                for (var i = 0; i < items.Count; i++)
                    Descend(items[i], $"{pointer}/{i}");
        }

        void Descend(JsonNode? node, string pointer)
        {
            if (node is not null)
                Walk(node, pointer);
        }

        void Replace(JsonNode node, string name, string pointer)
        {
            found++;
            if (environment(name) is { } secret)
                node.ReplaceWith(secret);
            else
                errors.Add(new ErrorDetail(document.Locate(pointer), $"The environment variable {name} is not set.", $"Set it, then try again: export {name}=…"));
        }
    }

    static string? NameIn(JsonNode node) =>
        node is JsonObject { Count: 1 } members && members["env"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;
}
