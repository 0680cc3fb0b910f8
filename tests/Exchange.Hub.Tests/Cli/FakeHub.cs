using System.Net;
using System.Text;
using Moq;
using Moq.Protected;

namespace Exchange.Hub.Tests.Cli;

/// <summary>A hub that answers as it is told, in place of the network.</summary>
sealed class FakeHub
{
    readonly Mock<HttpMessageHandler> transport = new(MockBehavior.Strict);
    readonly List<(HttpMethod Method, string Path, Queue<Func<HttpResponseMessage>> Answers)> routes = [];

    public FakeHub()
    {
        transport.Protected().Setup("Dispose", ItExpr.IsAny<bool>());
        transport.Protected()
            .Setup<Task<HttpResponseMessage>>("SendAsync", ItExpr.IsAny<HttpRequestMessage>(), ItExpr.IsAny<CancellationToken>())
            .Returns<HttpRequestMessage, CancellationToken>(AnswerAsync);
    }

    public HttpMessageHandler Transport => transport.Object;

    /// <summary>Method, path with query, and body of every request, in order.</summary>
    public List<(string Line, string Body)> Requests { get; } = [];

    public string? Authorization { get; private set; }

    /// <summary>Answers in order; the last one stays.</summary>
    public FakeHub On(HttpMethod method, string pathAndQuery, params Func<HttpResponseMessage>[] answers)
    {
        routes.Add((method, pathAndQuery, new(answers)));
        return this;
    }

    public FakeHub OnGet(string pathAndQuery, params string[] bodies) => On(HttpMethod.Get, pathAndQuery, [.. bodies.Select(body => Json(body))]);

    public FakeHub OnPost(string pathAndQuery, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        On(HttpMethod.Post, pathAndQuery, Json(body, status));

    public FakeHub OnPut(string pathAndQuery, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        On(HttpMethod.Put, pathAndQuery, Json(body, status));

    public static Func<HttpResponseMessage> Json(string body, HttpStatusCode status = HttpStatusCode.OK) => () => new HttpResponseMessage(status)
    {
        Content = new StringContent(body, Encoding.UTF8, (int)status < 400 ? "application/json" : "application/problem+json"),
    };

    public static Func<HttpResponseMessage> Unreachable => () => throw new HttpRequestException("Connection refused (127.0.0.1:5080)");

    async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = request.RequestUri!.PathAndQuery;
        Requests.Add(($"{request.Method} {path}", request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        Authorization = request.Headers.Authorization?.ToString();
        var route = routes.Find(route => route.Method == request.Method && (route.Path == path || $"/api/v1/{route.Path}" == path));
        if (route.Answers is null)
            throw new InvalidOperationException($"The test did not expect {request.Method} {path}.");
        var answer = (route.Answers.Count > 1 ? route.Answers.Dequeue() : route.Answers.Peek())();
        answer.RequestMessage = request;
        return answer;
    }
}
