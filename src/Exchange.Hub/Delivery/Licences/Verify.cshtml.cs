using System.Text.Json;
using Exchange.Engine.Licences;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>What the page says of a licence.</summary>
/// <param name="Holds">Whether it may be relied on.</param>
/// <param name="Text">Why, or why not.</param>
/// <param name="Says">What the licence says, where its signature is good.</param>
public sealed record LicenceVerdict(bool Holds, string Text, IReadOnlyList<(string Name, string Value)> Says);

/// <summary>Checks a licence for whoever has one in hand; works without JavaScript and without an account.</summary>
[AllowAnonymous]
[RequestSizeLimit(2 * 1024 * 1024)]
public sealed class VerifyPage(IServiceProvider services, TimeProvider time, HubOptions options) : HubPage
{
    const int MostBytes = 1024 * 1024;
    const string Before = "/api/v1/licences/";
    const string After = "/status";

    /// <inheritdoc/>
    public override string Title => LicenceTexts.Title;

    /// <summary>What came out; null before anything was checked.</summary>
    public LicenceVerdict? Verdict { get; private set; }

    /// <summary>Shows the form.</summary>
    public void OnGet()
    {
    }

    /// <summary>Checks what was pasted or chosen.</summary>
    public Task<IActionResult> OnPostAsync(string? licence, IFormFile? file) => DoAsync(async () =>
    {
        var given = (string.IsNullOrWhiteSpace(licence) ? await ReadAsync(file) : licence).Trim();
        Verdict = StatusId(given) is { } id ? Of(await StatusAsync(id), []) : await CheckAsync(given);
        return Page();
    });

    static async Task<string> ReadAsync(IFormFile? file)
    {
        if (file is null or { Length: 0 or > MostBytes })
            throw HubException.Invalid(new FieldError("/licence", "is empty or too long", "Paste the licence, or choose its file."));
        using var reader = new StreamReader(file.OpenReadStream());
        return await reader.ReadToEndAsync();
    }

    /// <summary>The id in an address as it stands in a licence; only the id is used, whatever host the address names.</summary>
    static string? StatusId(string given) =>
        Uri.TryCreate(given, UriKind.Absolute, out var address) && address.AbsolutePath is var path
            && path.StartsWith(Before, StringComparison.Ordinal) && path.EndsWith(After, StringComparison.Ordinal) && path.Length > Before.Length + After.Length
            ? path[Before.Length..^After.Length]
            : null;

    async Task<LicenceVerdict> CheckAsync(string given)
    {
        var keys = await services.GetRequiredService<LicenceKeys>().ListAsync(HttpContext.RequestAborted);
        var reading = LicenceToken.Read(given, keys, null, time.GetUtcNow());
        if (reading.Claims is not { } claims)
            return new LicenceVerdict(false, LicenceTexts.Of(reading.Fault!.Value), []);
        var says = Lines(claims);
        return reading.Fault is { } fault
            ? new LicenceVerdict(false, LicenceTexts.Of(fault), says)
            : Of(await StatusAsync(claims.GetProperty("jti").GetString()!), says);
    }

    async Task<LicenceState> StatusAsync(string id) => (await services.GetRequiredService<LicenceStatus>().FindAsync(id, HttpContext.RequestAborted)).Status;

    static LicenceVerdict Of(LicenceState state, IReadOnlyList<(string, string)> says) => new(state == LicenceState.Valid, LicenceTexts.Of(state), says);

    List<(string Name, string Value)> Lines(JsonElement claims)
    {
        List<(string, string)> lines = [];
        Add(LicenceTexts.Issuer, "department");
        Add(LicenceTexts.Dataset, "dataset");
        AddTime(LicenceTexts.AsOf, claims.TryGetProperty("publishedAt", out var at) && at.TryGetDateTimeOffset(out var published) ? published : null);
        foreach (var field in claims.GetProperty("record").EnumerateObject())
            lines.Add((field.Name, field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()));
        Add(LicenceTexts.Audience, "aud");
        Add(LicenceTexts.Purpose, "purpose");
        Add(LicenceTexts.Case, "case");
        AddTime(LicenceTexts.IssuedAt, DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("iat").GetInt64()));
        AddTime(LicenceTexts.ExpiresAt, DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()));
        return lines;

        void Add(string name, string member)
        {
            if (claims.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String)
                lines.Add((name, value.GetString()!));
        }

        void AddTime(string name, DateTimeOffset? instant)
        {
            if (instant is { } given)
                lines.Add((name, PageTexts.Time(given, options)));
        }
    }
}
