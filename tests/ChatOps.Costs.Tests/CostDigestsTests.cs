using System.Globalization;
using ChatOps.Aws;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Storage;
using ChatOps.Reports;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs.Tests;

public sealed class CostDigestsTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_period_has_one_digest_in_the_channel_and_by_mail_however_often_it_is_made(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind, options => options.Digest.Recipients.Add("finance@example.com"));

        await world.Digests.MakeAsync(DigestFrequency.Daily, default);
        var requests = world.Aws.Requests;
        await world.Digests.MakeAsync(DigestFrequency.Daily, default);

        Assert.Equal(requests, world.Aws.Requests);
        var request = Assert.Single(world.Outbox.Requests);
        Assert.Equal((CostDigest.Kind, "daily-2026-03-02", "#costs"), (request.Subject.Kind, request.Subject.Key, request.Channel));
        var mail = Assert.Single(world.Mail.Sent);
        Assert.Equal("cost-digest/daily-2026-03-02/en", mail.Key);
        Assert.Contains("Without the tag Owner: $10.00 (10 %)", mail.Plain, StringComparison.Ordinal);
        Assert.Contains("cid:costs", mail.Html, StringComparison.Ordinal);
        Assert.Single(mail.Pictures);
    }

    [Theory]
    [InlineData(DigestFrequency.Daily, "2026-03-03", "2026-03-03", "2026-03-04", "2026-02-24", 1)]
    [InlineData(DigestFrequency.Weekly, "2026-03-03", "2026-02-23", "2026-03-02", "2026-02-16", 7)]
    [InlineData(DigestFrequency.Weekly, "2026-03-01", "2026-02-23", "2026-03-02", "2026-02-16", 7)]
    [InlineData(DigestFrequency.Weekly, "2026-02-28", "2026-02-16", "2026-02-23", "2026-02-09", 7)]
    [InlineData(DigestFrequency.Monthly, "2026-03-03", "2026-02-01", "2026-03-01", "2026-01-01", 28)]
    [InlineData(DigestFrequency.Monthly, "2026-02-28", "2026-02-01", "2026-03-01", "2026-01-01", 28)]
    [InlineData(DigestFrequency.Monthly, "2026-02-27", "2026-01-01", "2026-02-01", "2025-12-01", 31)]
    [InlineData(DigestFrequency.Monthly, "2026-03-31", "2026-03-01", "2026-04-01", "2026-02-01", 28)]
    [InlineData(DigestFrequency.Monthly, "2028-03-31", "2028-03-01", "2028-04-01", "2028-02-01", 29)]
    public void The_last_whole_period_of_settled_days_is_the_one(
        DigestFrequency frequency, string settled, string from, string to, string before, int compared)
    {
        var found = DigestPeriod.LastWhole(frequency, DateOnly.Parse(settled, CultureInfo.InvariantCulture));

        Assert.Equal((from, to, before, compared), (Text(found.From), Text(found.To), Text(found.Before), found.Compared));

        static string Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task What_moved_untagged_costs_budgets_and_anomalies_are_told()
    {
        await using var world = await CostWorld.CreateAsync();
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        world.Aws.Anomalies.Add(new AwsAnomaly(
            "a1", new AnomalyImpact(50m, 120m, 200m, 80m, null))
        { DimensionValue = "Amazon Elastic Compute Cloud - Compute" });
        world.Aws.Day = (day, group) => group.Type == "TAG"
            ? [("Owner$", 30m, "USD")]
            : [("Amazon Elastic Compute Cloud - Compute", day == new DateOnly(2026, 3, 2) ? 150m : 80m, "USD")];

        await world.Digests.MakeAsync(DigestFrequency.Daily, default);

        await using var connection = await world.Database.OpenAsync(default);
        var message = DigestViews.Render((await DigestStore.FindAsync(connection, "daily-2026-03-02", default))!, world.English);
        var text = string.Join('\n', message.Blocks.OfType<SectionBlock>().Select(block => block.Text!.Text));
        Assert.Equal("Costs on 2 Mar: $150.00 · +$70.00 (+88 %) against the same weekday a week before · " +
            "+$70.00 (+88 %) against the 7-day mean",
            message.Text);
        foreach (var part in (string[])[
            "EC2 +$70.00 (+88 %) → $150.00", "🟠 *team*", "Forecast for this month: ", "Without the tag Owner: $30.00 (20 %)",
            "Cost anomaly in EC2* · +$120.00"
        ])
            Assert.Contains(
                part.Replace("*", "", StringComparison.Ordinal), text.Replace("*", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Single(message.Blocks.OfType<ImageBlock>());
    }

    [Fact]
    public async Task A_part_that_cannot_be_read_costs_itself_alone()
    {
        await using var world = await CostWorld.CreateAsync();
        world.Aws.Fault = new TimeoutException();

        await world.Digests.MakeAsync(DigestFrequency.Weekly, default);

        await using var connection = await world.Database.OpenAsync(default);
        var digest = (await DigestStore.FindAsync(connection, "weekly-2026-02-23", default))!;
        Assert.Equal(["budgets"], digest.Missing);
        Assert.Contains("Could not be read: budgets", DigestViews.Notes(digest, world.English), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_run_that_nobody_was_there_for_is_known_and_a_new_installation_has_missed_nothing(DatabaseKind kind)
    {
        await using var world = await CostWorld.CreateAsync(kind);
        var seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
        // It is three in the afternoon of the fourth in Seoul: the run of half past nine is over, the next is tomorrow's.
        var tomorrow = new DateTimeOffset(2026, 3, 5, 0, 30, 0, TimeSpan.Zero);

        Assert.False(await world.Digests.MissedAsync(DigestFrequency.Daily, tomorrow, seoul, default));
        await world.Digests.MakeAsync(DigestFrequency.Daily, default);
        Assert.False(await world.Digests.MissedAsync(DigestFrequency.Daily, tomorrow, seoul, default));

        world.Time.Advance(TimeSpan.FromDays(2));
        Assert.True(await world.Digests.MissedAsync(DigestFrequency.Daily, tomorrow.AddDays(2), seoul, default));
        Assert.False(
            await world.Digests.MissedAsync(DigestFrequency.Daily, new DateTimeOffset(2026, 3, 6, 7, 0, 0, TimeSpan.Zero), seoul, default));
    }

    [Fact]
    public async Task The_report_says_the_last_settled_day_against_the_week_and_warns_of_budgets()
    {
        await using var world = await CostWorld.CreateAsync();
        BudgetRefresherTests.Plan(world, 1000m, 310m, 3100m);
        var now = world.Time.GetUtcNow();

        var content = await new CostReport(world.Explorer, world.Budgets, new TwoAccounts()).ReadAsync(
            new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)), default);
        var section = content.Render(world.English);

        Assert.Equal((ReportVerdictLevel.Watch, "budget team exceeded or about to be"), (section.Verdict.Mood, section.Verdict.Clause));
        Assert.Equal(["$100.00", "$100.00", "$200.00", "$3,100"], section.Figures.Select(figure => figure.Value));
        Assert.Contains(section.Lines, line => line.Text == "Budget team: $3,100 of $1,000 (310 %)");
        Assert.IsType<Picture>(Assert.Single(section.Charts)(world.Painter));
    }
}
