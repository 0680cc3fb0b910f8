using System.Text;
using System.Text.Json.Nodes;

namespace Exchange.Sdk;

public sealed partial class OptionSet
{
    /// <summary>The JSON Schema (2020-12) of the form. Secrets are marked <c>writeOnly</c>.</summary>
    public JsonObject JsonSchema()
    {
        var properties = new JsonObject();
        foreach (var option in Options)
            properties[option.Name] = SchemaOf(option);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (Options.Any(option => option.Required))
            schema["required"] = new JsonArray([.. Options.Where(option => option.Required).Select(option => (JsonNode)option.Name)]);
        return schema;
    }

    /// <summary>The options as a Markdown table, as it stands in the plugin's README.</summary>
    public string MarkdownTable()
    {
        var table = new StringBuilder("| option | what it is | allowed | default |\n|---|---|---|---|\n");
        foreach (var option in Options)
        {
            var note = option.Secret ? " Secret." : "";
            var example = option.Example is null ? "" : $" Example: `{option.Example}`.";
            var fallback = option.Required ? "required" : option.Default is null ? "" : $"`{option.Default}`";
            table.Append("| `").Append(option.Name).Append("` | ").Append(Cell(option.Description + note + example))
                .Append(" | ").Append(Cell(option.Allowed)).Append(" | ").Append(Cell(fallback)).Append(" |\n");
        }
        return table.ToString();
    }

    static JsonObject SchemaOf(OptionInfo option)
    {
        var schema = new JsonObject { ["description"] = option.Description };
        switch (option.Type)
        {
            case OptionType.Integer:
                schema["type"] = "integer";
                if (option.Minimum is { } least)
                    schema["minimum"] = least;
                if (option.Maximum is { } most)
                    schema["maximum"] = most;
                break;
            case OptionType.Boolean:
                schema["type"] = "boolean";
                break;
            case OptionType.Choice:
                schema["enum"] = new JsonArray([.. option.Choices.Select(choice => (JsonNode)choice)]);
                break;
            case OptionType.TextList:
                schema["type"] = "array";
                schema["items"] = new JsonObject { ["type"] = "string" };
                break;
            default:
                schema["type"] = "string";
                if (option.Required)
                    schema["minLength"] = 1;
                break;
        }
        if (option.Secret)
            schema["writeOnly"] = true;
        if (option.Default is { } value)
            schema["default"] = JsonNode.Parse(value);
        if (option.Example is { } example)
            schema["examples"] = new JsonArray(ExampleOf(option.Type, example));
        return schema;
    }

    static JsonNode? ExampleOf(OptionType type, string example) => type switch
    {
        OptionType.Integer or OptionType.Boolean or OptionType.TextList => JsonNode.Parse(example),
        _ => example,
    };

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
