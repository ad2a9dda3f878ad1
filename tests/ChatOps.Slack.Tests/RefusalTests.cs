using System.Net;
using System.Text;
using System.Text.Json;

namespace ChatOps.Slack.Tests;

public class RefusalTests
{
    public static TheoryData<string> Paths => ["/slack/commands", "/slack/interactions", "/slack/options", "/slack/events"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_request_without_a_signature_is_unauthorized(string path)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var response = await host.PostUnsigned(path, new StringContent(Data.Read("inbound/slash-command.form.txt")));
        await AssertProblem(response, HttpStatusCode.Unauthorized);
        Assert.Equal(0, host.Recorder.Waiting);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_wrong_signature_is_unauthorized_and_the_right_one_not_told(string path)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var response = await host.Post(path, "command=%2Fhello&user_id=U1", now, "v0=" + new string('0', 64));
        var detail = await AssertProblem(response, HttpStatusCode.Unauthorized);
        Assert.DoesNotContain("v0=", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public async Task A_stale_or_future_request_is_unauthorized(int seconds)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var response = await host.Post(
            "/slack/commands", Data.Read("inbound/slash-command.form.txt"), host.Time.GetUtcNow().ToUnixTimeSeconds() + seconds, null);
        await AssertProblem(response, HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/slack/commands", "")]
    [InlineData("/slack/commands", "user_id=U1")]
    [InlineData("/slack/commands", "command=%2Fhello&user_id=U1&text=%zz")]
    [InlineData("/slack/interactions", "")]
    [InlineData("/slack/interactions", "payload=")]
    [InlineData("/slack/interactions", "payload=%7B")]
    [InlineData("/slack/interactions", "payload=%5B%5D")]
    [InlineData("/slack/interactions", "payload=%7B%22type%22%3A%22block_actions%22%7D")]
    [InlineData("/slack/interactions", "payload=%7B%22type%22%3A%22new_kind%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%7D")]
    [InlineData("/slack/events", "")]
    [InlineData("/slack/events", "[]")]
    [InlineData("/slack/events", "{\"type\":\"event_callback\"}")]
    [InlineData("/slack/events", "{\"type\":\"event_callback\",\"event_id\":\"E\",\"event\":[]}")]
    [InlineData("/slack/events", "not json")]
    public async Task A_signed_request_that_makes_no_sense_is_a_bad_request(string path, string body)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        await AssertProblem(await host.Post(path, body), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task JSON_nested_too_deeply_is_a_bad_request()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);
        await AssertProblem(await host.Post("/slack/events", deep, json: true), HttpStatusCode.BadRequest);
        await AssertProblem(await host.Post("/slack/interactions", SlackHost.Form(deep)), HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_mebibytes_are_too_large(bool withLength)
    {
        await using var host = await SlackHost.Start(Everything.Register);
        HttpContent content = withLength
            ? new ByteArrayContent(new byte[2 * 1024 * 1024])
            : new StreamContent(new NoLength(new byte[2 * 1024 * 1024]));
        await AssertProblem(await host.PostUnsigned("/slack/commands", content), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_body_of_just_the_limit_is_read()
    {
        await using var host = await SlackHost.Start(Everything.Register);
        var body = "command=%2Fhello&user_id=U1&text=";
        var response = await host.Post("/slack/commands", body + new string('x', (1024 * 1024) - Encoding.UTF8.GetByteCount(body)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<string> AssertProblem(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return text;
    }

    /// <summary>A stream that does not tell its length, so that the body is sent in chunks.</summary>
    private sealed class NoLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
