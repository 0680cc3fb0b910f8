using System.Net.Http.Headers;
using System.Text;

namespace Exchange.Hub.Demo.Sharing;

/// <summary>
/// Who acts in the sharing story: a steward and an IT officer of each department with tokens of their own, the hub's
/// administrator, and systems that sign in by client credentials. Nobody could decide a request of their own.
/// </summary>
sealed class SharingCast(Uri address, HubClient administrator, TimeProvider time) : IDisposable
{
    readonly List<HttpClient> https = [];
    readonly Dictionary<(string Role, string Department), (HubClient Client, string Token)> people = [];

    public HubClient Administrator => administrator;

    /// <summary>The steward of a department.</summary>
    public HubClient Steward(string department) => people[("steward", department)].Client;

    /// <summary>The IT officer of a department.</summary>
    public HubClient Officer(string department) => people[("it-staff", department)].Client;

    /// <summary>The token of a person, to be pasted into another terminal.</summary>
    public string TokenOf(string role, string department) => people[(role, department)].Token;

    /// <summary>Gives tokens to the people of these departments.</summary>
    public async Task EnterAsync(IEnumerable<string> departments, CancellationToken cancellationToken)
    {
        foreach (var department in departments)
        {
            foreach (var role in new[] { "steward", "it-staff" })
            {
                var issued = await administrator.PostAsync("tokens", new { name = $"{role} of {department}", role, department }, cancellationToken);
                var token = issued.GetProperty("token").GetString()!;
                people[(role, department)] = (ClientWith(token), token);
            }
        }
    }

    /// <summary>Signs a system in by its client credentials (RFC 6749, 4.4).</summary>
    public async Task<HubClient> SignInAsync(string clientId, string secret, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        using var answer = await http.PostAsync(new Uri("oauth/token", UriKind.Relative), form, cancellationToken);
        return ClientWith((await HubClient.ReadAsync(answer, cancellationToken)).GetProperty("access_token").GetString()!);
    }

    public void Dispose() => https.ForEach(http => http.Dispose());

    HubClient ClientWith(string token)
    {
        var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        https.Add(http);
        return new HubClient(http, time);
    }
}
