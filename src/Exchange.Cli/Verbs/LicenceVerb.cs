using System.CommandLine;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Licences;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange licence</c>: issues signed extracts of records, and verifies them without a hub.</summary>
static class LicenceVerb
{
    public static Command Build(CliSession session) =>
        new("licence", "Issues, revokes and verifies licences: signed extracts of single records.") { Issue(session), Verify(session), Revoke(session) };

    static Command Issue(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var key = new Argument<string>("key") { Description = "Key of the record; - reads it from standard input." };
        var days = new Option<int?>("--valid-for-days") { Description = "Days for which it is good, instead of as many as the policy allows.", HelpName = "n" };
        var (purpose, caseNumber) = (CommonOptions.Purpose(), CommonOptions.Case());
        return new Command("issue", "Issues a licence and writes it to standard output.") { dataset, key, days, purpose, caseNumber }
            .Does(async (parsed, cancellationToken) =>
            {
                session.Hub.State(parsed.GetValue(purpose), parsed.GetValue(caseNumber));
                var body = new { key = LookupQuestion.KeyOf(session, parsed.GetRequiredValue(key)), validForDays = parsed.GetValue(days) };
                var issued = await session.Hub.PostAsync($"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/licences", body, cancellationToken);
                session.OutText.WriteLine(issued.Text("licence"));
                session.Hint($"[dim]Licence {issued.Text("id")} is good until {issued.Text("expiresAt")}.[/]");
                return ExitCode.Ok;
            });
    }

    static Command Verify(CliSession session)
    {
        var file = new Argument<string>("file") { Description = "File of the licence; - is standard input." };
        var keys = new Option<string>("--keys") { Description = "File of the issuer's public keys, as /.well-known/jwks.json gives them.", HelpName = "file", Required = true };
        var issuer = new Option<string?>("--issuer") { Description = "The issuer that is expected, such as https://exchange.city.example.", HelpName = "address" };
        var hub = new Option<bool>("--hub") { Description = "Also asks the hub whether the licence was revoked or superseded." };
        return new Command("verify", "Verifies a licence without a hub: signature, issuer and expiry.") { file, keys, issuer, hub }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = parsed.GetRequiredValue(file);
                var token = path == "-" ? await session.Input.ReadToEndAsync(cancellationToken) : Encoding.UTF8.GetString(Read(path));
                var reading = LicenceToken.Read(token, KeysIn(parsed.GetRequiredValue(keys)), parsed.GetValue(issuer), session.TimeProvider.GetUtcNow());
                if (reading.Claims is { } claims)
                    session.WriteJson(claims);
                if (reading.Fault is { } fault)
                    throw new CliException(ExitCode.Failed, $"The licence does not hold: {Words(fault)}.") { Where = path };
                if (!parsed.GetValue(hub))
                {
                    session.Hint($"The signature is good and the licence is in force. Whether it was revoked or superseded was [bold]not checked[/]: --hub asks.");
                    return ExitCode.Ok;
                }
                var standing = await session.Hub.GetAsync($"licences/{HubClient.Segment(reading.Claims!.Value.Text("jti")!)}/status", cancellationToken);
                session.Hint($"The signature is good. The hub says: [bold]{standing.Text("status")}[/].");
                return standing.Text("status") == "valid" ? ExitCode.Ok : ExitCode.Failed;
            });
    }

    static Command Revoke(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var licence = new Argument<string>("licence") { Description = "Id of the licence as it was issued, or its jti." };
        var reason = new Option<string>("--reason") { Description = "Why, for the audit log.", HelpName = "text", Required = true };
        return new Command("revoke", "Takes a licence back for good.") { dataset, licence, reason }
            .Does(async (parsed, cancellationToken) =>
            {
                await session.Hub.PostAsync(
                    $"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/licences/{HubClient.Segment(parsed.GetRequiredValue(licence))}/revoke", new { reason = parsed.GetRequiredValue(reason) }, cancellationToken);
                session.Out.Line($"The licence is revoked.");
                return ExitCode.Ok;
            });
    }

    static string Words(LicenceFault fault) => fault switch
    {
        LicenceFault.Malformed => "it is not of the form of one, or a part is missing",
        LicenceFault.WrongHeader => "its header names another algorithm or kind of token",
        LicenceFault.UnknownKey => "the keys do not hold the one that signed it; fetch them anew",
        LicenceFault.WrongSignature => "it was altered, or somebody else signed it",
        LicenceFault.WrongIssuer => "another issued it",
        _ => "its time is over",
    };

    static IReadOnlyList<LicenceKey> KeysIn(string path)
    {
        try
        {
            return LicenceKey.ReadSet(Read(path));
        }
        catch (JsonException)
        {
            throw new CliException(ExitCode.Usage, "This is not a set of public keys.") { Where = path, Fix = "Fetch /.well-known/jwks.json of the hub that issued the licence." };
        }
    }

    static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, error.Message) { Where = path, Fix = "Name a file that can be read." };
        }
    }
}
