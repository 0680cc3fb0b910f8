using Exchange.Hub.Demo.Sharing;

namespace Exchange.Hub.Demo;

/// <summary>Calls to try after the story, each to be pasted into another terminal as it stands.</summary>
sealed class DemoOffer(Uri address, SharingCast cast, SharingStage stage, SharingStory sharing, Narrator narrator)
{
    /// <summary>Prints them.</summary>
    public void Print()
    {
        var api = $"{address}api/v1";
        var granted = stage.Request("benefit-check");
        narrator.Say();
        narrator.Say("Try it from another terminal, as the staff of each department:");
        narrator.Say($"  {Curl("market-regulation")} '{api}/datasets/companies/records?status=revoked&limit=3'");
        narrator.Say($"  {Curl("resident-registration")} -H 'Accept: application/x-ndjson' {api}/datasets/residents/records | head");
        narrator.Say($"  {Curl("civil-affairs")} '{api}/datasets/marriages/changes?limit=5'");
        narrator.Say();
        narrator.Say($"as social security's system, which signs in with its credentials and reads residents through its grant (an access token holds for ten minutes):");
        narrator.Say($"  TOKEN=$(curl -s -u {sharing.System.ClientId}:{sharing.System.Secret} -d grant_type=client_credentials {address}oauth/token | sed -n 's/.*\"access_token\": *\"\\([^\"]*\\).*/\\1/p'); curl -s -H \"Authorization: Bearer $TOKEN\" -H 'Exchange-Purpose: benefit-check' -H 'Exchange-Case: 2025-117' '{api}/datasets/residents/records?limit=3'");
        narrator.Say();
        narrator.Say("and with the command line, as the steward who gave the grant; after the last one the system reads no more:");
        narrator.Say("  alias exchange='dotnet run --no-launch-profile --project src/Exchange.Cli --'");
        narrator.Say($"  export EXCHANGE_URL={address} EXCHANGE_TOKEN={cast.TokenOf("steward", granted.Provider)}");
        narrator.Say($"  exchange request show {granted.Id}");
        narrator.Say($"  exchange explain {granted.Dataset} --department {granted.Consumer} --system {sharing.System.Caller}");
        narrator.Say("  exchange task");
        narrator.Say($"  exchange grant revoke {granted.Grant} --reason 'The allowance has ended'");
        narrator.Say();
    }

    string Curl(string department) => $"curl -s -H 'Authorization: Bearer {cast.TokenOf("it-staff", department)}'";
}
