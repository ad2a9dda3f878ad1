using System.Text;
using System.Text.Json;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Slack.Tests;

public class VerifierTests
{
    [Fact]
    public void The_documented_example_is_valid()
    {
        var vector = JsonDocument.Parse(Data.Read("signing/documented-vector.json")).RootElement;
        Assert.True(IsValid(vector, 0));
    }

    [Fact]
    public void Every_vector_gets_its_verdict()
    {
        var vectors = JsonDocument.Parse(Data.Read("signing/vectors.json")).RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(vectors);
        Assert.All(vectors, v => Assert.Equal(v.GetProperty("valid").GetBoolean(), IsValid(v, 0)));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void A_request_is_fresh_for_five_minutes_both_ways(int clockAheadSeconds, bool valid)
    {
        var vector = JsonDocument.Parse(Data.Read("signing/documented-vector.json")).RootElement;
        Assert.Equal(valid, IsValid(vector, clockAheadSeconds));
    }

    [Theory]
    [InlineData("", "v0=00")]
    [InlineData("-1531420618", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData(" 1531420618", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("1531420618", "")]
    [InlineData("1531420618", "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("1531420618", "v0=zz114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("1531420618", "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    [InlineData("99999999999999999999999", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")]
    public void Odd_headers_are_refused(string timestamp, string signature)
    {
        var vector = JsonDocument.Parse(Data.Read("signing/documented-vector.json")).RootElement;
        var verifier = Verifier(vector.GetProperty("signing_secret").GetString()!, 1531420618);
        Assert.False(verifier.IsValid(timestamp, signature, Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!)));
    }

    [Fact]
    public void A_verifier_without_a_secret_cannot_be_built() => Assert.ThrowsAny<ArgumentException>(() => Verifier(" ", 0));

    private static bool IsValid(JsonElement vector, int clockAheadSeconds)
    {
        var timestamp = vector.GetProperty("X-Slack-Request-Timestamp").GetString()!;
        var verifier = Verifier(
            vector.GetProperty("signing_secret").GetString()!,
            long.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture) + clockAheadSeconds);
        return verifier.IsValid(
            timestamp, vector.GetProperty("X-Slack-Signature").GetString(),
            Encoding.UTF8.GetBytes(vector.GetProperty("body").GetString()!));
    }

    private static SlackRequestVerifier Verifier(string secret, long now) =>
        new(Options.Create(new SlackOptions { SigningSecret = secret }), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(now)));
}
