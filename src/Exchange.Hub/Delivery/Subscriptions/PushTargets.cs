using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>The ways of pushing that there are, and the options of their targets: checked, and with their secrets put away.</summary>
sealed class PushTargets(IEnumerable<IPush> ways, ISecretStore secrets)
{
    const int MostRemembered = 10_000;

    readonly Dictionary<string, IPush> ways = ways.ToDictionary(way => way.Kind);

    /// <summary>Options as they were bound, by subscription: whoever changes them, on whichever hub, raises its revision.</summary>
    readonly ConcurrentDictionary<Guid, (int Revision, object Options)> bound = new();

    /// <summary>Names of the ways.</summary>
    public IEnumerable<string> Kinds => ways.Keys.Order(StringComparer.Ordinal);

    /// <summary>The way of that name.</summary>
    /// <exception cref="HubException">There is none.</exception>
    public IPush Find(string kind) => ways.TryGetValue(kind, out var way)
        ? way
        : throw HubException.Invalid(new FieldError("/kind", $"\"{kind}\" is not a way to be sent data", $"Write one of {string.Join(", ", Kinds)}."));

    /// <summary>Checks a target as a person wrote it.</summary>
    /// <param name="way">How it is reached.</param>
    /// <param name="given">Its options.</param>
    /// <param name="known">Secrets that are stored already: those that are left out stay.</param>
    /// <returns>What is stored in the open, what is stored as secrets, and the options.</returns>
    /// <exception cref="HubException">Some will not do; the error names each.</exception>
    public static CheckedTarget Check(IPush way, JsonElement given, IReadOnlyDictionary<string, string> known)
    {
        var set = OptionSet.Of(way.Options);
        if (given.ValueKind != JsonValueKind.Object)
            throw HubException.Invalid(new FieldError("/target", "is not an object", $"Give the options of a {way.Kind}: {string.Join(", ", set.Options.Select(option => option.Name))}."));
        var complete = JsonObject.Create(given.Clone())!;
        var open = JsonObject.Create(given.Clone())!;
        var hidden = new Dictionary<string, string>();
        foreach (var name in set.SecretNames)
        {
            open.Remove(name);
            if (complete[name] is JsonValue value && value.TryGetValue<string>(out var secret))
                hidden[name] = secret;
            else if (complete[name] is null && known.TryGetValue(name, out var stored))
                complete[name] = stored;
        }
        return new CheckedTarget(JsonSerializer.SerializeToElement(open), hidden, Bind(set, complete));
    }

    /// <summary>Stores the secrets of a target in the connection's transaction.</summary>
    public async Task KeepAsync(NpgsqlConnection connection, Guid subscription, CheckedTarget target, CancellationToken cancellationToken)
    {
        foreach (var (name, secret) in target.Secrets)
            await secrets.SetAsync(connection, SecretName(subscription, name), secret, cancellationToken);
    }

    /// <summary>The stored secrets of a subscription's target, by option.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SecretsAsync(IPush way, Guid subscription, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, string>();
        foreach (var name in OptionSet.Of(way.Options).SecretNames)
        {
            if (await secrets.RevealAsync(SecretName(subscription, name), cancellationToken) is { } secret)
                known[name] = secret;
        }
        return known;
    }

    /// <summary>The options of a subscription's target, secrets included.</summary>
    public async Task<object> OptionsAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (bound.TryGetValue(subscription.Id, out var known) && known.Revision == subscription.Revision)
            return known.Options;
        var way = Find(subscription.Kind);
        var options = Check(way, subscription.Target!.Value, await SecretsAsync(way, subscription.Id, cancellationToken)).Options;
        if (bound.Count >= MostRemembered)
            bound.Clear();
        bound[subscription.Id] = (subscription.Revision, options);
        return options;
    }

    /// <summary>Forgets the secrets of a subscription, those of its way too.</summary>
    public Task ForgetAsync(NpgsqlConnection connection, Guid subscription, CancellationToken cancellationToken) =>
        secrets.DeleteAsync(connection, SecretName(subscription, ""), cancellationToken);

    /// <summary>Name of a secret of a subscription.</summary>
    public static string SecretName(Guid subscription, string name) => $"subscription/{subscription}/{name}";

    static object Bind(OptionSet set, JsonObject complete)
    {
        var problems = new List<OptionProblem>();
        var options = set.Bind(JsonSerializer.SerializeToElement(complete), "/target", problems);
        return problems.Count == 0
            ? options
            : throw HubException.Invalid([.. problems.Select(problem => new FieldError(problem.Pointer, problem.Message, "GET /api/v1/subscription-kinds tells what each option takes."))]);
    }
}

/// <summary>A target that was found right.</summary>
/// <param name="Open">What is stored in the open.</param>
/// <param name="Secrets">Secrets that were given.</param>
/// <param name="Options">The options record, secrets included.</param>
sealed record CheckedTarget(JsonElement Open, IReadOnlyDictionary<string, string> Secrets, object Options);
