using System.Globalization;
using System.Text;

namespace Exchange.Hub.Platform;

/// <summary>The settings as people read them: <c>--help</c> and SETTINGS.md, which a test compares with it.</summary>
public static class SettingsTable
{
    /// <summary>For a terminal.</summary>
    public static string Plain()
    {
        var text = new StringBuilder();
        foreach (var setting in Setting.All)
            text.Append(CultureInfo.InvariantCulture, $"  {setting.Flag}\n      {setting.Option.Description}{Default(setting, " Default: ")}\n");
        return text.ToString();
    }

    /// <summary>For a document.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("| in exchange.json | variable | flag | default | what it is |\n|---|---|---|---|---|\n");
        foreach (var setting in Setting.All)
        {
            var example = setting.Option.Example is { } given ? $" Example: `{given}`" : "";
            var secret = setting.Option.Secret ? " Secret." : "";
            text.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | `{setting.Variable}` | `{setting.Flag}` |{Default(setting, " ")} | {setting.Option.Description}{secret}{example} |\n");
        }
        return text.ToString();
    }

    static string Default(Setting setting, string prefix) => setting switch
    {
        { Name: "dataDirectory" } => $"{prefix}/var/lib/exchange for root, else ~/.local/share/exchange", // differs from machine to machine
        { Name: "sourcesDirectory" } => $"{prefix}the working folder",
        _ => setting.Property.GetValue(new HubOptions()) switch
        {
            null => "",
            bool on => prefix + (on ? "true" : "false"),
            Enum member => prefix + member.ToString().ToLowerInvariant(),
            var value => prefix + string.Create(CultureInfo.InvariantCulture, $"{value}"),
        },
    };
}
