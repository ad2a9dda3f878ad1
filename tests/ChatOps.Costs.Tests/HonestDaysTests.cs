using System.Globalization;
using System.Text.Json;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Reports;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

/// <summary>A day that AWS still learns of is never compared, nor are 31 days with 28.</summary>
public sealed class HonestDaysTests
{
    private const decimal Daily = 570m;

    public static TheoryData<DigestFrequency> Frequencies => [.. Enum.GetValues<DigestFrequency>()];

    [Theory, MemberData(nameof(Frequencies))]
    public async Task A_flat_estate_reads_flat_in_every_digest_of_every_day_of_two_years(DigestFrequency frequency)
    {
        await using var world = await CostWorld.CreateAsync();
        var random = new Random(20260304);
        for (var day = new DateOnly(2027, 1, 1); day < new DateOnly(2029, 1, 1); day = day.AddDays(1))
        {
            // Any hour and minute: a digest is made when the cron says so, or made up for later.
            var now = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).AddMinutes(random.Next(24 * 60));
            world.Time.SetUtcNow(now);
            var period = DigestPeriod.LastWhole(frequency, world.Explorer.LastSettled);
            var digest = DigestReader.Figures("x", frequency, period, Estate(period.Before.AddDays(-7), day, now));

            var total = Assert.Single(digest.Totals);
            Assert.True(
                Within((digest.Compared ?? digest.Totals)[0], Assert.Single(digest.Before))
                    && total.Amount == Daily * (period.To.DayNumber - period.From.DayNumber),
                $"{frequency} at {now:u}: {digest}");
            Assert.Empty(digest.Movers);
            if (frequency == DigestFrequency.Daily) Assert.True(Within(total, Assert.Single(digest.WeekMean)), $"{now:u}: {digest}");
            Assert.Contains("±0 %", DigestViews.Headline(digest, world.English), StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_digest_and_the_report_of_a_morning_name_the_same_settled_day_and_figure(DatabaseKind kind)
    {
        using var given = Case("digests/day-not-finished.json");
        var day = DateOnly.Parse(given.RootElement.GetProperty("day").GetString()!, CultureInfo.InvariantCulture);
        var settled = given.RootElement.GetProperty("settled").GetDecimal();
        await using var world = await CostWorld.CreateAsync(kind, options => options.Digest.Recipients.Add("finance@example.com"));
        // The clock of a test goes forward only: the world begins before the case does.
        world.Time.SetUtcNow(new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero));
        world.Aws.ClosedBefore = new DateOnly(2026, 3, 1);
        world.Aws.Day = (_, group) => [(group.Type == "TAG" ? $"{group.Key}$" : "Amazon EC2", settled, "USD")];
        world.Aws.KnownOf = asked => Known(asked, world.Time.GetUtcNow());
        for (var morning = 0; morning < 3; morning++)
        {
            var report = (await new CostReport(world.Explorer, world.Budgets, new TwoAccounts()).ReadAsync(
                new ReportPeriod(world.Time.GetUtcNow().AddDays(-1), world.Time.GetUtcNow(), world.Time.GetUtcNow().AddDays(-2)), default))
                .Render(world.English);
            world.Time.Advance(TimeSpan.FromMinutes(30));
            await world.Digests.MakeAsync(DigestFrequency.Daily, default);

            var shown = day.AddDays(morning - 1);
            await using var connection = await world.Database.OpenAsync(default);
            var digest = (await DigestStore.FindAsync(connection, $"daily-{shown:yyyy-MM-dd}", default))!;
            var headline = DigestViews.Headline(digest, world.English);
            Assert.StartsWith($"Costs on {CostText.Day(shown, world.English)}: $960.00", headline, StringComparison.Ordinal);
            Assert.Equal(
                ($"Cost on {CostText.Day(shown, world.English)}", "$960.00"), (report.Figures[0].Name, report.Figures[0].Value));
            Assert.Equal("cost as usual", report.Verdict.Clause);
            Assert.DoesNotContain("60 %", world.Mail.Sent[^1].Plain, StringComparison.Ordinal);
            Assert.DoesNotContain("384", world.Mail.Sent[^1].Plain, StringComparison.Ordinal);
            world.Time.Advance(TimeSpan.FromHours(23.5));
        }
    }

    [Fact]
    public async Task On_the_first_of_a_month_minutes_are_not_compared_with_a_day()
    {
        using var given = Case("answers/first-of-month.json");
        await using var world = await GivenAsync(given, known: 0.03m);
        foreach (var ask in given.RootElement.GetProperty("ask").EnumerateArray())
        {
            var text = Text(await world.Command.AnswerAsync(ask.GetString()!["/cost ".Length..], world.English, default));

            Assert.DoesNotContain("97 %", text, StringComparison.Ordinal);
            Assert.DoesNotContain("552.9", text, StringComparison.Ordinal);
            Assert.DoesNotContain("new", text, StringComparison.Ordinal);
            Assert.Contains("$17.10 so far", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_long_month_is_compared_with_as_many_days_of_a_February()
    {
        using var given = Case("answers/march-against-february.json");
        await using var world = await GivenAsync(given, known: 0.5m);

        var text = Text(await world.Command.AnswerAsync("month", world.English, default));

        Assert.Contains("$4,350", text, StringComparison.Ordinal);
        Assert.Contains("1 Mar – 28 Mar: $0.00 (±0 %) against the same days of last month", text, StringComparison.Ordinal);
        Assert.DoesNotContain("4 %", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Pacific/Honolulu")]
    [InlineData("America/Los_Angeles")]
    [InlineData("America/Santiago")]
    [InlineData("UTC")]
    [InlineData("Asia/Seoul")]
    [InlineData("Pacific/Kiritimati")]
    public void A_UTC_day_keeps_its_date_in_every_zones_chart(string zone)
    {
        var locale = Locale.For("en", TimeZoneInfo.FindSystemTimeZoneById(zone));
        var from = new DateOnly(2026, 1, 1);
        var chart = CostCharts.Daily(
            "x", Estate(from, from.AddDays(365), DateTimeOffset.MaxValue), CostGrouping.Service, key => key, locale)!;

        Assert.Equal(
            Enumerable.Range(0, 366).Select(from.AddDays),
            chart.Series[0].Points.Select(point => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(point.At, locale.Zone).DateTime)));
    }

    [Fact]
    public async Task West_of_Greenwich_no_digest_is_made_up_for_before_its_day_is_settled()
    {
        await using var world = await CostWorld.CreateAsync();
        var pacific = TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles");
        DateTimeOffset NextRun()
        {
            var local = TimeZoneInfo.ConvertTime(world.Time.GetUtcNow(), pacific).DateTime;
            return At(local.Date.AddDays(local.TimeOfDay < TimeSpan.FromHours(9.5) ? 0 : 1).AddHours(9.5));
        }

        DateTimeOffset At(DateTime time) => new DateTimeOffset(time, pacific.GetUtcOffset(time)).ToUniversalTime();
        var run = NextRun();
        for (var hour = 0; hour < 24 * 14; hour++)
        {
            world.Time.Advance(TimeSpan.FromHours(1));
            if (world.Time.GetUtcNow() >= run)
            {
                await world.Digests.MakeAsync(DigestFrequency.Daily, default);
                run = NextRun();
            }

            Assert.False(
                await world.Digests.MissedAsync(DigestFrequency.Daily, run, pacific, default), $"missed at {world.Time.GetUtcNow():u}");
        }
    }

    private static bool Within(Money money, Money other) => Math.Abs(money.Amount - other.Amount) <= other.Amount / 100m;

    /// <summary>What AWS knows of a day: nothing before it, a part until a day after its end.</summary>
    private static decimal Known(DateOnly day, DateTimeOffset now)
    {
        var hours = now == DateTimeOffset.MaxValue ? 48 : (now - new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)).TotalHours;
        return hours >= 36 ? 1m : (decimal)Math.Max(0, Math.Round(hours / 36 * 0.6, 2));
    }

    private static CostTable Estate(DateOnly from, DateOnly to, DateTimeOffset now) =>
        new([.. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Select(
            day => new CostDay(day, true, [new CostAmount("Amazon EC2", Daily * Known(day, now), "USD")]))]);

    private static async Task<CostWorld> GivenAsync(JsonDocument given, decimal known)
    {
        var world = await CostWorld.CreateAsync();
        var now = given.RootElement.GetProperty("now").GetDateTimeOffset();
        world.Time.AdjustTime(now);
        world.Aws.KnownOf = day => day == DateOnly.FromDateTime(now.UtcDateTime) ? known : 1m;
        var lines = given.RootElement.GetProperty("lines").EnumerateArray().Select(line => (
            From: Date(line, "from"), To: Date(line, "to"), Service: line.GetProperty("service").GetString()!,
            PerDay: line.GetProperty("perDay").GetDecimal())).ToList();
        world.Aws.Day = (day, _) =>
            lines.Where(line => line.From <= day && day < line.To).Select(line => (line.Service, line.PerDay, "USD"));
        return world;

        static DateOnly Date(JsonElement line, string name) =>
            DateOnly.Parse(line.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
    }

    private static JsonDocument Case(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", name)));

    private static string Text(Message message) => string.Join('\n', message.Blocks.SelectMany(block => block switch
    {
        SectionBlock { Text: { } text } => [text.Text],
        ContextBlock context => context.Elements.OfType<Mrkdwn>().Select(element => element.Text),
        _ => Array.Empty<string>(),
    }).Prepend(message.Text));
}
