using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Exchange.Cli;

/// <summary>
/// The hub's REST API. Every answer that is not a success becomes a <see cref="CliException"/> that says what to do.
/// </summary>
sealed class HubClient : IDisposable
{
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";
    public const string JsonType = "application/json";

    readonly HttpClient http;
    readonly (string Url, string SaidBy) address;

    public HubClient(HttpMessageHandler transport, (string Url, string SaidBy) address, string? token)
    {
        this.address = address;
        http = new HttpClient(transport) { BaseAddress = BaseOf(address), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("exchange-cli", typeof(HubClient).Assembly.GetName().Version?.ToString(3)));
        http.DefaultRequestHeaders.Add("Origin", http.BaseAddress.GetLeftPart(UriPartial.Authority)); // the hub believes a cookie from its own address alone
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The address that paths are relative to, with a slash at its end.</summary>
    public Uri BaseAddress => http.BaseAddress!;

    /// <summary>One segment of a path, escaped.</summary>
    public static string Segment(string text) => Uri.EscapeDataString(text);

    /// <summary>Path and query; parameters without a value are left out.</summary>
    public static string Query(string path, params IEnumerable<(string Name, object? Value)> parameters)
    {
        var query = string.Join('&', parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{Segment(parameter.Name)}={Segment(FormattableString.Invariant($"{parameter.Value}"))}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    /// <summary>States what the following reads are for.</summary>
    /// <param name="purpose">Code of the purpose; null where one grant fits.</param>
    /// <param name="caseNumber">Number of the case; it is recorded with the use.</param>
    public void State(string? purpose, string? caseNumber)
    {
        foreach (var (header, value) in new[] { ("Exchange-Purpose", purpose), ("Exchange-Case", caseNumber) })
        {
            if (value is not null)
                http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        }
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <param name="path">Relative to <c>/api/v1/</c>.</param>
    /// <param name="json">The document.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="ifMatch">ETag of what is replaced, where the route demands it.</param>
    public Task<JsonElement> PutAsync(string path, byte[] json, CancellationToken cancellationToken, string? ifMatch = null)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue(JsonType);
        return SendAsync(HttpMethod.Put, path, content, cancellationToken, ifMatch);
    }

    public Task<JsonElement> PostAsync(string path, object? body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body, options: Json.Compact), cancellationToken);

    /// <summary>Sends a file as it is.</summary>
    public Task<JsonElement> PostFileAsync(string path, byte[] file, string mediaType, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return SendAsync(HttpMethod.Post, path, content, cancellationToken);
    }

    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>Begins an answer of any length. The caller reads its content to the end and disposes of it.</summary>
    /// <param name="path">Relative to <c>/api/v1/</c>.</param>
    /// <param name="mediaType">The form wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<HttpResponseMessage> OpenAsync(string path, string mediaType, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path, null, mediaType);
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>Begins a file behind the bytes that are there already; the answer is a 200 where the hub begins anew.</summary>
    public async Task<HttpResponseMessage> OpenFromAsync(string path, long from, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, path, null, "*/*");
        if (from > 0)
            request.Headers.Range = new RangeHeaderValue(from, null);
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>Asks one of the routes that answer without a token.</summary>
    public async Task<HttpStatusCode> HealthAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await ReachAsync(request, cancellationToken);
        return response.StatusCode;
    }

    public void Dispose() => http.Dispose();

    async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, string? ifMatch = null)
    {
        using var request = Request(method, path, content, JsonType);
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(ifMatch));
        using var response = await AnswerAsync(request, cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.NoContent)
                return default;
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or IOException or HttpRequestException)
        {
            throw new CliException(ExitCode.Failed, "The hub's answer broke off or is not JSON.")
            {
                Where = $"{method} {request.RequestUri}",
                Fix = $"See that {address.SaidBy} ({address.Url}) is an Exchange hub and not a proxy's page, then try again.",
            };
        }
    }

    static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, string accept)
    {
        var request = new HttpRequestMessage(method, $"api/v1/{path}") { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        return request;
    }

    async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await ReachAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await HubProblem.ReadAsync(request, response, cancellationToken);
    }

    async Task<HttpResponseMessage> ReachAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw HubProblem.Unreachable(address, error.InnerException?.Message ?? error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HubProblem.Unreachable(address, $"no answer within {http.Timeout.TotalMinutes:0} minutes");
        }
    }

    static Uri BaseOf((string Url, string SaidBy) address) =>
        Uri.TryCreate(address.Url.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new CliException(ExitCode.Usage, $"\"{address.Url}\" is not the address of a hub.")
            {
                Where = address.SaidBy,
                Fix = $"Give an address such as {CliSession.DefaultUrl}.",
            };
}
