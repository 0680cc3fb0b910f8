using Exchange.Hub.Delivery;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Http;

namespace Exchange.Hub.Tests.Delivery;

public sealed class RecordFormatsTests
{
    [TestCase(null, "Json")]
    [TestCase("*/*", "Json")]
    [TestCase("application/json", "Json")]
    [TestCase("application/json; charset=utf-8", "Json")]
    [TestCase("application/x-ndjson", "Ndjson")]
    [TestCase("text/csv", "Csv")]
    [TestCase("text/*", "Csv")]
    [TestCase("text/csv, */*;q=0.1", "Csv")]
    [TestCase("application/x-ndjson;q=0.5, text/csv;q=0.7", "Csv")]
    [TestCase("application/json;q=0, */*", "Ndjson")]
    [TestCase("text/html,application/xhtml+xml,*/*;q=0.8", "Json")]
    public void The_client_gets_the_form_it_likes_best(string? accept, string expected) =>
        Assert.That(Choose(accept).ToString(), Is.EqualTo(expected));

    [TestCase("text/html")]
    [TestCase("application/json;q=0")]
    public void A_client_that_likes_none_is_told_what_there_is(string accept) => Assert.That(
        () => Choose(accept), Throws.TypeOf<HubException>().With.Property("Kind").EqualTo(ErrorKind.NotAcceptable).And.Message.Contains("application/x-ndjson"));

    static RecordFormat Choose(string? accept)
    {
        var http = new DefaultHttpContext();
        if (accept is not null)
            http.Request.Headers.Accept = accept;
        return RecordFormats.Choose(http.Request, RecordFormat.Json, RecordFormat.Ndjson, RecordFormat.Csv);
    }
}
