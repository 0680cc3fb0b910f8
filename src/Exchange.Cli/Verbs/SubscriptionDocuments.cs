using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange subscription create</c>, <c>edit</c> and <c>show</c>: a subscription as a document.</summary>
static class SubscriptionDocuments
{
    const string FileForm = "JSON file with dataset, kind, title, target, and perhaps purpose and system; {\"env\":\"NAME\"} in target stands for a secret.";

    public static Command Create(CliSession session)
    {
        var file = new Argument<FileInfo>("file") { Description = FileForm };
        return new Command("create", "Has your department sent what a dataset publishes, and prints the secrets that the target needs, which are shown this once only.") { file }
            .Does(async (parsed, cancellationToken) =>
            {
                var made = await session.Hub.PostAsync("subscriptions", Read(session, parsed.GetRequiredValue(file)), cancellationToken);
                SubscriptionVerb.Tell(session, made.Member("subscription") ?? made);
                foreach (var secret in made.Member("secrets") is { ValueKind: JsonValueKind.Object } secrets ? secrets.EnumerateObject() : default)
                    session.OutText.WriteLine($"{secret.Name} {secret.Value.AsText()}");
                return ExitCode.Ok;
            });
    }

    public static Command Edit(CliSession session)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        var file = new Argument<FileInfo>("file") { Description = "JSON file with title, target, and perhaps purpose; secrets that are left out of target stay." };
        return new Command("edit", "Changes title, purpose and target of a subscription.") { id, file }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var given = Read(session, parsed.GetRequiredValue(file));
                var edit = new JsonObject { ["title"] = given["title"]?.DeepClone(), ["target"] = given["target"]?.DeepClone(), ["purpose"] = given["purpose"]?.DeepClone() };
                SubscriptionVerb.Tell(session, await session.Hub.PutAsync(path, JsonSerializer.SerializeToUtf8Bytes(edit, Json.Compact), cancellationToken));
                return ExitCode.Ok;
            });
    }

    public static Command Show(CliSession session)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        return new Command("show", "Shows a subscription, without secrets.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                session.WriteJson(await session.Hub.GetAsync(await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken), cancellationToken));
                return ExitCode.Ok;
            });
    }

    /// <exception cref="CliException">The file is no JSON object, or names a variable that is not set.</exception>
    static JsonObject Read(CliSession session, FileInfo file)
    {
        if (JsonObject.Create(JsonFile.Read(file)) is not { } document)
            throw new CliException(ExitCode.Usage, "The file holds no JSON object.") { Where = file.FullName, Fix = FileForm };
        if (document["target"] is JsonObject target)
        {
            foreach (var (name, value) in target.ToList())
            {
                if (value is JsonObject { Count: 1 } secret && secret["env"] is JsonValue variable && variable.TryGetValue<string>(out var from))
                    target[name] = session.Environment(from) ?? throw new CliException(ExitCode.Usage, $"The environment variable {from} is not set.") { Where = $"{file.FullName}: /target/{name}", Fix = $"Set it, then try again: export {from}=…" };
            }
        }
        return document;
    }
}
