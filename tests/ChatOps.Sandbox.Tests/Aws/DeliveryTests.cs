using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Tests.Aws;

/// <summary>Events on their way to the bot: by EventBridge, by SNS with real signatures, and again when asked.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly RunningAws _aws = new();

    public Task InitializeAsync() => _aws.InitializeAsync();

    public Task DisposeAsync() => _aws.DisposeAsync();

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task An_event_through_sns_comes_after_the_subscription_is_confirmed_and_its_signature_holds(string version)
    {
        await _aws.CliAsync(
            "sns", "set-topic-attributes", "--topic-arn", "arn:aws:sns:ap-northeast-2:111122223333:chatops", "--attribute-name",
            "SignatureVersion", "--attribute-value", version);
        await _aws.PressAsync("import", new { scenario = "open-high-risk-ports" });

        var asked = await _aws.NextAsync(p => p.Way == "sns");
        Assert.Equal("SubscriptionConfirmation", asked.Headers["x-amz-sns-message-type"]);
        await AssertSignedAsync(asked.Json, version, "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
        using var http = new HttpClient();
        Assert.True((await http.GetAsync((string)asked.Json["SubscribeURL"]!)).IsSuccessStatusCode);

        var message = await _aws.NextAsync(p => p.Way == "sns");
        Assert.StartsWith("text/plain", message.Headers["Content-Type"], StringComparison.Ordinal);
        await AssertSignedAsync(message.Json, version, "Message", "MessageId", "Timestamp", "TopicArn", "Type");
        var carried = JsonNode.Parse((string)message.Json["Message"]!)!;
        Assert.Equal("EC2.19", (string)carried["detail"]!["findings"]![0]!["Compliance"]!["SecurityControlId"]!);
    }

    [Fact]
    public async Task What_the_bot_does_not_take_is_sent_again_and_what_it_refuses_is_not()
    {
        var tries = 0;
        _aws.BotAnswers = _ => ++tries < 3 ? 503 : 200;
        await _aws.PressAsync("import", new { scenario = "missing-tags" });
        var bodies = new List<string>();
        for (var i = 0; i < 3; i++)
            bodies.Add((await _aws.NextAsync(_ => true)).Body);
        Assert.Single(bodies.Distinct());

        _aws.BotAnswers = _ => 400;
        await _aws.PressAsync("import", new { scenario = "critical-cve" });
        await _aws.NextAsync(p => p.Body.Contains("CVE-2024-3094", StringComparison.Ordinal));
        _aws.BotAnswers = _ => 200;
        await _aws.PressAsync("import", new { scenario = "ebs-encryption-off" });
        var next = await _aws.NextAsync(_ => true);
        Assert.Contains("EC2.7", next.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redelivered_events_keep_their_ids()
    {
        await _aws.PressAsync("import", new { scenario = "missing-tags" });
        await _aws.PressAsync("import", new { scenario = "critical-cve" });
        var first = new[] { await _aws.NextAsync(_ => true), await _aws.NextAsync(_ => true) };
        await _aws.PressAsync("redeliver");
        var again = new[] { await _aws.NextAsync(_ => true), await _aws.NextAsync(_ => true) };
        Assert.Equal(first.Select(p => p.Body).Order(StringComparer.Ordinal), again.Select(p => p.Body).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ten_thousand_findings_arrive_in_well_under_a_minute_several_to_an_event()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await _aws.PressAsync("storm", new { count = 10_000 });
        var (findings, events) = (new HashSet<string>(StringComparer.Ordinal), 0);
        while (findings.Count < 10_000)
        {
            var post = await _aws.NextAsync(_ => true);
            events++;
            findings.UnionWith(post.Detail["findings"]!.AsArray().Select(f => (string)f!["Id"]!));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(45), $"It took {watch.Elapsed}.");
        Assert.InRange(events, 1000, 2500);
        var summary = (await _aws.Http.GetFromJsonAsync<JsonObject>("/sandbox/aws"))!;
        Assert.Equal(10_000, (int)summary["findings"]!["open"]!);
    }

    [Fact]
    public async Task A_reset_drops_what_waits_and_forgets_the_findings()
    {
        await _aws.PressAsync("pause", new { paused = true });
        await _aws.PressAsync("import", new { scenario = "missing-tags" });
        var reset = await _aws.PressAsync("reset");
        Assert.True((bool)reset["ok"]!);
        await _aws.PressAsync("import", new { scenario = "critical-cve" });
        Assert.Contains("CVE-2024-3094", (await _aws.NextAsync(_ => true)).Body, StringComparison.Ordinal);
        var summary = (await _aws.Http.GetFromJsonAsync<JsonObject>("/sandbox/aws"))!;
        Assert.Equal(1, (int)summary["findings"]!["total"]!);
    }

    [Fact]
    public async Task The_panel_says_what_is_wrong_with_a_request()
    {
        var unknown = await _aws.PressAsync("import", new { scenario = "nothing" });
        Assert.False((bool)unknown["ok"]!);
        Assert.Contains("public-bucket", (string)unknown["error"]!, StringComparison.Ordinal);
        Assert.False((bool)(await _aws.PressAsync("storm", new { count = 0 }))["ok"]!);
        Assert.False((bool)(await _aws.PressAsync("update"))["ok"]!);
        Assert.False((bool)(await _aws.PressAsync("throttle", new { seconds = "soon" }))["ok"]!);
    }

    [Fact]
    public async Task An_update_and_a_custom_action_of_the_last_finding_are_sent()
    {
        await _aws.PressAsync("import", new { scenario = "public-database" });
        var first = (await _aws.NextAsync(_ => true)).Detail["findings"]![0]!;
        await _aws.PressAsync("update");
        var updated = (await _aws.NextAsync(_ => true)).Detail["findings"]![0]!;
        Assert.Equal((string)first["Id"]!, (string)updated["Id"]!);
        Assert.True(string.CompareOrdinal((string)updated["UpdatedAt"]!, (string)first["UpdatedAt"]!) > 0);
        await _aws.PressAsync("custom-action");
        var action = await _aws.NextAsync(_ => true);
        Assert.Equal(("Security Hub Findings - Custom Action", "SendToChatOps"), (action.DetailType, (string)action.Detail["actionName"]!));
    }

    private static async Task AssertSignedAsync(JsonObject message, string version, params string[] fields)
    {
        Assert.Equal(version, (string)message["SignatureVersion"]!);
        using var http = new HttpClient();
        using var certificate = X509Certificate2.CreateFromPem(await http.GetStringAsync((string)message["SigningCertURL"]!));
        using var key = certificate.GetRSAPublicKey()!;
        var text = new StringBuilder();
        foreach (var field in fields)
            text.Append(field).Append('\n').Append((string)message[field]!).Append('\n');
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var signature = Convert.FromBase64String((string)message["Signature"]!);
        var hash = version == "2" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;
        Assert.True(key.VerifyData(bytes, signature, hash, RSASignaturePadding.Pkcs1));
        bytes[^2] ^= 1;
        Assert.False(key.VerifyData(bytes, signature, hash, RSASignaturePadding.Pkcs1));
    }
}
