using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>The calendar and the rules in force. Until somebody puts one: Saturdays and Sundays off in the hub's time zone, and the default numbers.</summary>
sealed class Calendars(HubOptions options)
{
    public const string CalendarKind = "calendar";
    public const string RulesKind = "clocks";
    public const string Name = "default";

    /// <summary>
    /// The calendar in force, which stays in force until the transaction ends: whoever changes it waits, and then finds
    /// the clocks that this transaction started. Ask for it before touching any clock, or the two wait for each other.
    /// </summary>
    public async Task<CalendarDefinition> HoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", [$"{CalendarKind}/{Name}"], cancellationToken);
        return await CalendarAsync(connection, cancellationToken);
    }

    /// <summary>The calendar in force, for whoever changes it: nobody else reads or changes it until the transaction ends.</summary>
    public async Task<CalendarDefinition> HoldForChangeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [$"{CalendarKind}/{Name}"], cancellationToken);
        return await CalendarAsync(connection, cancellationToken);
    }

    public async Task<CalendarDefinition> CalendarAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await DocumentStore.FindAsync(connection, CalendarKind, Name, cancellationToken))?.Json.Deserialize<CalendarDefinition>(ApiJson.Options)
        ?? new CalendarDefinition { TimeZone = options.TimeZone };

    public static async Task<ClockRules> RulesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await DocumentStore.FindAsync(connection, RulesKind, Name, cancellationToken))?.Json.Deserialize<ClockRules>(ApiJson.Options) ?? new ClockRules();
}
