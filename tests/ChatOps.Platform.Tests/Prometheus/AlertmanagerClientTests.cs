using System.Text.Json;
using ChatOps.Platform.Prometheus;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Tests.Prometheus;

/// <summary>What Alertmanager itself thinks of it is tried with Debian's, end to end.</summary>
public sealed class AlertmanagerClientTests : PlayedServerTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 3, 0, 0, TimeSpan.Zero);

    private IAlertmanager Alertmanager => Services.GetRequiredService<IAlertmanager>();

    [Fact]
    public async Task A_silence_is_made_of_matchers_with_who_and_why()
    {
        Server.Answer = _ => (200, """{"silenceID":"s-1"}""");

        var id = await Alertmanager.CreateSilenceAsync(new NewSilence(
            [new("alertname", "A\"b"), new("job", "x|y", IsRegex: true, IsEqual: false)], At, At.AddHours(1), "jiyeon",
            "because"), default);

        Assert.Equal("s-1", id);
        Assert.True(Server.Seen.TryDequeue(out var asked));
        Assert.Equal(("POST", "/api/v2/silences"), (asked.Method, asked.Path));
        var body = JsonDocument.Parse(asked.Body).RootElement;
        Assert.Equal("A\"b", body.GetProperty("matchers")[0].GetProperty("value").GetString());
        Assert.True(body.GetProperty("matchers")[1].GetProperty("isRegex").GetBoolean());
        Assert.False(body.GetProperty("matchers")[1].GetProperty("isEqual").GetBoolean());
        Assert.Equal("2026-11-25T04:00:00.000Z", body.GetProperty("endsAt").GetString());
    }

    [Fact]
    public async Task A_silence_that_may_have_been_made_is_not_made_again_by_itself()
    {
        Server.Answer = _ => (503, "");

        var refusal = await Assert.ThrowsAsync<AlertmanagerException>(
            () => Alertmanager.CreateSilenceAsync(new NewSilence([], At, At, "a", "b"), default));

        Assert.True(refusal.MayPass);
        Assert.Single(Server.Seen);
    }

    [Fact]
    public async Task Silences_and_alerts_are_read()
    {
        Server.Answer = asked => asked switch
        {
            "GET /api/v2/silences" => (200, """
                [{"id":"s-1","status":{"state":"active"},"updatedAt":"2026-11-25T03:00:00.000Z","comment":"c","createdBy":"u",
                  "startsAt":"2026-11-25T03:00:00.000Z","endsAt":"2026-11-25T04:00:00.000Z","matchers":[{"name":"a","value":"b","isRegex":false}]}]
                """),
            "GET /api/v2/alerts" => (200, """
                [{"annotations":{},"endsAt":"2026-11-25T04:00:00.000Z","fingerprint":"f","receivers":[],"startsAt":"2026-11-25T03:00:00.000Z",
                  "status":{"inhibitedBy":[],"silencedBy":["s-1"],"state":"suppressed"},"updatedAt":"2026-11-25T03:00:00.000Z","labels":{"alertname":"A"}}]
                """),
            _ => (404, ""),
        };

        var silence = Assert.Single(await Alertmanager.SilencesAsync(default));
        var alert = Assert.Single(await Alertmanager.AlertsAsync(default));

        Assert.Equal(("s-1", SilenceState.Active, "u", "c"), (silence.Id, silence.State, silence.CreatedBy, silence.Comment));
        Assert.Equal(new Matcher("a", "b"), Assert.Single(silence.Matchers));
        Assert.Equal(("f", true, "s-1"), (alert.Fingerprint, alert.IsSuppressed, Assert.Single(alert.SilencedBy)));
        Assert.Null(await Alertmanager.SilenceAsync("none", default));
    }

    [Theory]
    [InlineData(500, "\"silence s-1 already expired\"", null)]
    [InlineData(404, "", null)]
    [InlineData(500, "\"database is gone\"", "Alertmanager says: database is gone")]
    [InlineData(
        400, """{"code":601,"message":"silenceID in path must be of type uuid"}""",
        "Alertmanager says: silenceID in path must be of type uuid")]
    public async Task Ending_what_has_ended_is_no_fault(int status, string body, string? text)
    {
        Server.Answer = _ => (status, body);

        var refusal = await Record.ExceptionAsync(() => Alertmanager.ExpireSilenceAsync("s-1", default));

        Assert.Equal(text, refusal?.Message);
    }

    [Fact]
    public async Task An_answer_that_makes_no_sense_is_told()
    {
        Server.Answer = _ => (200, "[{}]");

        await Assert.ThrowsAsync<AlertmanagerException>(() => Alertmanager.SilencesAsync(default));
        Server.Answer = _ => (200, "");
        await Assert.ThrowsAsync<AlertmanagerException>(() => Alertmanager.AlertsAsync(default));
    }

    [Theory]
    [InlineData("b", false, true, true)]
    [InlineData("b", false, false, false)]
    [InlineData("b|c", true, true, true)]
    [InlineData("", false, true, false)]
    [InlineData("(", true, true, false)]
    public void A_matcher_holds_as_in_Alertmanager(string value, bool regex, bool equal, bool holds) =>
        Assert.Equal(holds, new Matcher("a", value, regex, equal).Matches(new Dictionary<string, string> { ["a"] = "b" }));
}
