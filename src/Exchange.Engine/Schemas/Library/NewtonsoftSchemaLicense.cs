using Newtonsoft.Json.Schema;

namespace Exchange.Engine.Schemas;

/// <summary>The licence of Newtonsoft.Json.Schema. Without one the library validates 1,000 times an hour and then throws.</summary>
public static class NewtonsoftSchemaLicense
{
    /// <summary>Registers a licence key for this process.</summary>
    /// <exception cref="ArgumentException">The key is not valid.</exception>
    public static void Register(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        try
        {
            License.RegisterLicense(key);
        }
        catch (JSchemaException error)
        {
            throw new ArgumentException("The licence key of Newtonsoft.Json.Schema is not valid: copy it whole, or leave the setting empty.", nameof(key), error);
        }
    }
}
