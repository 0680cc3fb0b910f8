using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Hub.Platform;

/// <summary>One property of <see cref="HubOptions"/> with its three spellings and how its text is read.</summary>
public sealed partial record Setting(PropertyInfo Property, OptionAttribute Option)
{
    /// <summary>Every setting, in the order of declaration.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. from property in typeof(HubOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
           let option = property.GetCustomAttribute<OptionAttribute>()
           where option is not null
           select new Setting(property, option),
    ];

    /// <summary><c>dataDirectory</c>, as in exchange.json.</summary>
    public string Name { get; } = char.ToLowerInvariant(Property.Name[0]) + Property.Name[1..];

    /// <summary><c>--data-directory</c>.</summary>
    public string Flag { get; } = "--" + Words(Property.Name, "-").ToLowerInvariant();

    /// <summary><c>EXCHANGE_DATA_DIRECTORY</c>.</summary>
    public string Variable { get; } = "EXCHANGE_" + Words(Property.Name, "_").ToUpperInvariant();

    Type ValueType => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>True for a setting whose flag may stand alone: <c>--install-postgres</c>.</summary>
    public bool IsSwitch => ValueType == typeof(bool);

    /// <summary>Reads the setting's text.</summary>
    /// <param name="text">As it stood.</param>
    /// <param name="origin">Where it stood, for the message.</param>
    /// <exception cref="SettingsException">It is not a value of this setting. A secret's text is not repeated.</exception>
    public object Parse(string text, string origin)
    {
        if (ValueType == typeof(string))
            return text.Length > 0 ? text : throw Wrong(text, origin, "a text that is not empty");
        if (ValueType == typeof(bool))
            return bool.TryParse(text, out var on) ? on : throw Wrong(text, origin, "true or false");
        if (ValueType == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= Option.Minimum && number <= Option.Maximum
                ? number
                : throw Wrong(text, origin, $"a whole number from {Option.Minimum} to {Option.Maximum}");
        return Enum.TryParse(ValueType, text, ignoreCase: true, out var member) && Enum.IsDefined(ValueType, member)
            ? member
            : throw Wrong(text, origin, "one of " + string.Join(", ", Enum.GetNames(ValueType).Select(name => name.ToLowerInvariant())));
    }

    SettingsException Wrong(string text, string origin, string expected) =>
        new($"{origin}: {(Option.Secret ? "its value" : $"\"{text}\"")} will not do for {Name}; give {expected}.");

    /// <summary>A capital that no small letter follows begins no word: <c>RunMemoryMiB</c> is <c>run-memory-mib</c>.</summary>
    static string Words(string name, string separator) => WordStart().Replace(name, separator);

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z][a-z])", RegexOptions.CultureInvariant)]
    private static partial Regex WordStart();
}

/// <summary>A setting is wrong. The message says which, where it stands, and what would do.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);
