using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ChatOps.EndToEnd.Edge;

/// <summary>What the endpoints for events answer, to the right and the wrong.</summary>
public class IngestEdgeTests(RunningBot bot) : IClassFixture<RunningBot>
{
    private static string Event(string id = "7f1c0e0a-0000-4000-8000-000000000001") =>
        $$"""{"version":"0","id":"{{id}}","source":"aws.nobody","detail-type":"Nobody Knows This","account":"111122223333","region":"ap-northeast-2","time":"2026-11-20T00:00:00Z","resources":[],"detail":{} }""";

    [Fact]
    public async Task An_event_is_accepted_once_committed_and_a_duplicate_gets_the_same_answer()
    {
        using var first = await EventBridgeAsync(Event());
        using var second = await EventBridgeAsync(Event());

        Assert.True(first.IsSuccessStatusCode);
        Assert.Equal(first.StatusCode, second.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task A_wrong_key_is_refused(string? key) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await EventBridgeAsync(Event(), key)).StatusCode);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("""{"id":"x"}""")]
    public async Task A_malformed_event_is_answered_400_with_what_is_wrong(string body)
    {
        using var answer = await EventBridgeAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"detail\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deeply_nested_event_is_answered_400()
    {
        var nested = Event().Replace(
            "\"detail\":{}", $"\"detail\":{string.Concat(Enumerable.Repeat("{\"a\":", 3000))}1{new string('}', 3000)}",
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await EventBridgeAsync(nested)).StatusCode);
    }

    [Theory]
    [InlineData("/events/eventbridge")]
    [InlineData("/events/sns")]
    [InlineData("/events/alertmanager")]
    public async Task Two_mebibytes_are_too_large(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(new string('x', 2 << 20), Encoding.UTF8, "application/json"),
        };
        // The answer may come before the body is read: wait for it, or the connection ends under the body.
        request.Headers.ExpectContinue = true;
        request.Headers.Add("X-Api-Key", BotSettings.ApiKey);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BotSettings.BearerToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await bot.Client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    public async Task Alertmanager_needs_its_token(string? token, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/events/alertmanager")
        { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.Equal(expected, (await bot.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task An_unsigned_notification_is_refused()
    {
        using var content = new StringContent(
            """{"Type":"Notification","MessageId":"1","TopicArn":"arn:aws:sns:ap-northeast-2:111122223333:chatops","Message":"x","Timestamp":"2026-11-20T00:00:00.000Z","SignatureVersion":"1","Signature":"AAAA","SigningCertURL":"https://sns.ap-northeast-2.amazonaws.com/SimpleNotificationService-0.pem"}""",
            Encoding.UTF8, "text/plain");
        var status = (await bot.Client.PostAsync(new Uri("/events/sns", UriKind.Relative), content)).StatusCode;
        Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, status.ToString());
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    public async Task Probes_answer(string path) =>
        Assert.Equal(HttpStatusCode.OK, (await bot.Client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);

    [Fact]
    public async Task The_job_dashboard_is_not_there_without_a_password() =>
        Assert.Equal(HttpStatusCode.NotFound, (await bot.Client.GetAsync(new Uri("/hangfire", UriKind.Relative))).StatusCode);

    private async Task<HttpResponseMessage> EventBridgeAsync(string body, string? key = BotSettings.ApiKey)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/events/eventbridge")
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        return await bot.Client.SendAsync(request);
    }
}
