using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ChatOps.EndToEnd.Edge;

/// <summary>What Slack's endpoints answer to whoever is not Slack, or not now.</summary>
public class SlackEdgeTests(RunningBot bot) : IClassFixture<RunningBot>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Command =
        "command=%2Fchatops&text=help&user_id=U0JIYEON&team_id=T0SANDBOX&channel_id=C0SECURITY&trigger_id=1.2.3&" +
            "response_url=http%3A%2F%2F127.0.0.1%3A9%2Fx";

    public static TheoryData<string> Paths => ["/slack/commands", "/slack/interactions", "/slack/options", "/slack/events"];

    [Fact]
    public async Task A_signed_command_is_acknowledged() =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("/slack/commands", Command)).StatusCode);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_wrong_signature_is_refused_and_the_right_one_not_told(string path)
    {
        using var answer = await SendAsync(path, Command, secret: "another secret");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("v0=", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(-86_400)]
    // Half a minute more than is allowed: on a busy machine the request arrives seconds after it was dated.
    [InlineData(330)]
    [InlineData(86_400)]
    public async Task A_stale_or_future_timestamp_is_refused_although_its_signature_is_right(int seconds) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("/slack/commands", Command, seconds)).StatusCode);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_request_without_a_signature_is_refused(string path)
    {
        using var content = new StringContent(Command, Encoding.UTF8, Form);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bot.Client.PostAsync(new Uri(path, UriKind.Relative), content)).StatusCode);
    }

    [Theory]
    [InlineData("/slack/interactions", Form, "payload=%7Bnot+json")]
    [InlineData("/slack/interactions", Form, "nothing=here")]
    [InlineData("/slack/events", "application/json", "{not json")]
    [InlineData("/slack/events", "application/json", "[]")]
    public async Task Malformed_content_is_answered_400_with_what_is_wrong(string path, string type, string body)
    {
        using var answer = await SendAsync(path, body, type: type);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Deeply_nested_json_is_answered_400() =>
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync("/slack/events", new string('[', 5000) + new string(']', 5000), type: "application/json")).StatusCode);

    [Fact]
    public async Task Two_mebibytes_are_too_large() =>
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await SendAsync("/slack/events", new string('x', 2 << 20), type: "application/json")).StatusCode);

    private async Task<HttpResponseMessage> SendAsync(
        string path, string body, int clockOffset = 0, string secret = BotSettings.SigningSecret, string type = Form)
    {
        var timestamp = (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + clockOffset).ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", "v0=" + Convert.ToHexStringLower(signature));
        // An answer that comes before the body is read closes the connection: a sender that waits for leave to send sees it.
        request.Headers.ExpectContinue = body.Length > 1 << 20;
        return await bot.Client.SendAsync(request);
    }
}
