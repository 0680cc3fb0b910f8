using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>How long one kind of clock runs, in working days.</summary>
/// <param name="Days">From the day after the start to the day that it is due on.</param>
/// <param name="RemindBefore">Working days before the day that it is due on on whose morning people are reminded; 0 is that day itself.</param>
/// <param name="Extension">Working days that an extension adds; 0 when there is none.</param>
public sealed record ClockRule(int Days, int RemindBefore = 0, int Extension = 0);

/// <summary>The document of how long clocks run. Its numbers hold for clocks that start from then on.</summary>
public sealed record ClockRules
{
    /// <summary>See <see cref="ClockKind.PreCheck"/>.</summary>
    public ClockRule PreCheck { get; init; } = new(2);

    /// <summary>See <see cref="ClockKind.UnconditionalAnswer"/>.</summary>
    public ClockRule UnconditionalAnswer { get; init; } = new(1);

    /// <summary>See <see cref="ClockKind.ConditionalAnswer"/>.</summary>
    public ClockRule ConditionalAnswer { get; init; } = new(10, RemindBefore: 3, Extension: 10);

    /// <summary>See <see cref="ClockKind.Delivery"/>.</summary>
    public ClockRule Delivery { get; init; } = new(20, RemindBefore: 3);

    /// <summary>See <see cref="ClockKind.Correction"/>.</summary>
    public ClockRule Correction { get; init; } = new(10, RemindBefore: 3);

    /// <summary>See <see cref="ClockKind.CatalogueUpdate"/>.</summary>
    public ClockRule CatalogueUpdate { get; init; } = new(10, RemindBefore: 3);

    /// <summary>The rule of one kind.</summary>
    public ClockRule Of(ClockKind kind) => kind switch
    {
        ClockKind.PreCheck => PreCheck,
        ClockKind.UnconditionalAnswer => UnconditionalAnswer,
        ClockKind.ConditionalAnswer => ConditionalAnswer,
        ClockKind.Delivery => Delivery,
        ClockKind.Correction => Correction,
        _ => CatalogueUpdate,
    };

    /// <summary>Refuses rules that no clock could run by.</summary>
    public void Check()
    {
        const int Longest = 260; // a year of working days
        var validation = new Validation();
        foreach (var kind in ClockKinds.All)
        {
            var rule = Of(kind);
            var pointer = $"/{JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())}";
            validation
                .Require(rule.Days is >= 1 and <= Longest, $"{pointer}/days", "is out of bounds", $"Give 1 to {Longest} working days.")
                .Require(rule.RemindBefore >= 0 && rule.RemindBefore < Math.Max(rule.Days, 1), $"{pointer}/remindBefore", "is not within the clock's own days", "Give 0 or more, and fewer than days.")
                .Require(rule.Extension is >= 0 and <= Longest, $"{pointer}/extension", "is out of bounds", $"Give 0 to {Longest} working days.");
        }
        validation.ThrowIfAny();
    }
}
