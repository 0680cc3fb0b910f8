using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>Reads the answers about runs.</summary>
static class RunReading
{
    public static string State(this JsonElement run) => run.GetProperty("state").GetString()!;

    public static long Count(this JsonElement run, string name) => run.GetProperty("counts").GetProperty(name).GetInt64();

    public static string ErrorKind(this JsonElement run) => run.GetProperty("error").GetProperty("kind").GetString()!;

    public static string ErrorMessage(this JsonElement run) => run.GetProperty("error").GetProperty("message").GetString()!;
}
