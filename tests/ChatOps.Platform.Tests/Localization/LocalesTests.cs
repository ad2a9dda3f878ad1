using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Localization;

public sealed class LocalesTests
{
    private readonly RecordingSlack _slack = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Locales _locales;

    public LocalesTests() => _locales = new Locales(
        Options.Create(new LocalizationOptions { Language = "ko", TimeZone = "Asia/Seoul" }),
        new SlackPeople(_slack, _time, NullLogger<SlackPeople>.Instance));

    [Fact]
    public async Task A_person_is_answered_in_the_language_of_their_profile()
    {
        _slack.People["U1"] = new User { Id = "U1", Locale = "en-GB" };

        Assert.Equal("en", (await _locales.OfUserAsync("U1", default)).Language);
        Assert.Equal("ko", (await _locales.OfUserAsync("U2", default)).Language);
        Assert.Equal("Asia/Seoul", (await _locales.OfUserAsync("U1", default)).Zone.Id);
    }

    [Fact]
    public async Task Slack_is_asked_once_an_hour()
    {
        _slack.People["U1"] = new User { Id = "U1", Locale = "en-US" };
        await _locales.OfUserAsync("U1", default);
        await _locales.OfUserAsync("U1", default);
        Assert.Equal(1, _slack.UserCalls);

        _slack.People["U1"] = new User { Id = "U1", Locale = "ko-KR" };
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("ko", (await _locales.OfUserAsync("U1", default)).Language);
        Assert.Equal(2, _slack.UserCalls);
    }

    [Fact]
    public async Task While_Slack_fails_the_last_answer_stands_and_Slack_is_left_alone_for_a_minute()
    {
        _slack.People["U1"] = new User { Id = "U1", Locale = "en-US" };
        await _locales.OfUserAsync("U1", default);
        _slack.People.Clear();
        _time.Advance(TimeSpan.FromMinutes(61));

        Assert.Equal("en", (await _locales.OfUserAsync("U1", default)).Language);
        await _locales.OfUserAsync("U1", default);
        Assert.Equal(2, _slack.UserCalls);
    }

    [Fact]
    public async Task Who_asks_waits_a_second_at_most_and_a_late_answer_serves_the_next()
    {
        _slack.People["U1"] = new User { Id = "U1", Locale = "en-US" };
        _slack.UserGate = new TaskCompletionSource();
        var first = _locales.OfUserAsync("U1", default);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal("ko", (await first).Language);
        Assert.Equal("ko", (await _locales.OfUserAsync("U1", default)).Language);

        _slack.UserGate.SetResult();
        await Eventually.TrueAsync(async () => (await _locales.OfUserAsync("U1", default)).Language == "en");
        Assert.Equal(1, _slack.UserCalls);
    }

    [Theory]
    [InlineData(null, "ko")]
    [InlineData("", "ko")]
    [InlineData("en", "en")]
    [InlineData("fr", "en")]
    public void A_route_without_a_language_has_the_default(string? language, string expected) =>
        Assert.Equal(expected, _locales.For(language).Language);

    [Fact]
    public void A_wrong_language_or_zone_stops_the_start_with_a_line_each()
    {
        var result = new LocalizationOptionsValidator().Validate(
            null, new LocalizationOptions { Language = "fr", TimeZone = "Mars/Olympus" });

        Assert.Equal(2, result.Failures!.Count());
    }
}
