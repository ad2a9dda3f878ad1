using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Costs.Tests;

/// <summary>In the end the channel names settled totals alone, and no mail ever names another.</summary>
public sealed class DigestRefresherTests
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_digest_follows_what_AWS_learns_until_it_closes_the_month(DatabaseKind kind)
    {
        await using var world = await AtAsync(new DateTimeOffset(2026, 3, 19, 0, 30, 0, TimeSpan.Zero), kind);
        var known = 940m;
        world.Aws.Day = (day, group) =>
            [(group.Type == "TAG" ? "Owner$" : "Amazon EC2", day == new DateOnly(2026, 3, 17) ? known : 960m, "USD")];
        await world.Digests.MakeAsync(DigestFrequency.Daily, default);
        Assert.Contains("$940.00", await HeadlineAsync(world, "daily-2026-03-17"), StringComparison.Ordinal);
        var mails = world.Mail.Sent.Count;

        Assert.Equal(0, await world.DigestRefresher.RunOnceAsync());
        known = 955m;
        world.Time.Advance(TimeSpan.FromHours(12.1));
        Assert.Equal(1, await world.DigestRefresher.RunOnceAsync());
        Assert.Contains("$955.00", await HeadlineAsync(world, "daily-2026-03-17"), StringComparison.Ordinal);
        Assert.Contains(world.Outbox.Changed, changed => changed.Subject.Key == "daily-2026-03-17");

        // Without a change nothing is drawn anew.
        var (drawn, changed) = (world.Painter.Drawn.Count, world.Outbox.Changed.Count);
        world.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(1, await world.DigestRefresher.RunOnceAsync());
        Assert.Equal((drawn, changed), (world.Painter.Drawn.Count, world.Outbox.Changed.Count));

        known = 960m;
        world.Aws.ClosedBefore = new DateOnly(2026, 4, 1);
        world.Time.SetUtcNow(new DateTimeOffset(2026, 4, 6, 12, 1, 0, TimeSpan.Zero));
        Assert.Equal(1, await world.DigestRefresher.RunOnceAsync());
        var headline = await HeadlineAsync(world, "daily-2026-03-17");
        Assert.Contains("$960.00 · $0.00 (±0 %)", headline, StringComparison.Ordinal);
        var digest = await DigestAsync(world, "daily-2026-03-17");
        Assert.False(digest.Estimated);
        Assert.Contains("Brought up to date", DigestViews.Notes(digest, world.English), StringComparison.Ordinal);

        world.Time.SetUtcNow(new DateTimeOffset(2026, 4, 15, 12, 1, 0, TimeSpan.Zero));
        Assert.Equal(1, await world.DigestRefresher.RunOnceAsync());
        world.Time.Advance(TimeSpan.FromDays(60));
        Assert.Equal(0, await world.DigestRefresher.RunOnceAsync());
        Assert.Equal(mails, world.Mail.Sent.Count);
    }

    [Fact]
    public async Task All_digests_of_a_month_are_closed_by_a_handful_of_requests()
    {
        await using var world = await AtAsync(new DateTimeOffset(2026, 3, 2, 0, 30, 0, TimeSpan.Zero));
        for (var day = 0; day < 31; day++)
        {
            await world.Digests.MakeAsync(DigestFrequency.Daily, default);
            world.Time.Advance(TimeSpan.FromDays(1));
            await world.DigestRefresher.RunAsync();
        }

        world.Aws.ClosedBefore = new DateOnly(2026, 4, 1);
        world.Time.SetUtcNow(new DateTimeOffset(2026, 4, 6, 12, 1, 0, TimeSpan.Zero));
        var before = world.Aws.Requests;
        await world.DigestRefresher.RunAsync();

        // Untagged costs are asked for by their days; the costs themselves by the month.
        Assert.InRange(world.Aws.Asked.Count(query => query.GroupBy[0].Key == "SERVICE" && query.From <= new DateOnly(2026, 3, 1)
            && query.To == new DateOnly(2026, 4, 1)), 1, 3);
        Assert.InRange(world.Aws.Requests - before, 2, 40);
    }

    [Fact]
    public async Task A_month_is_preliminary_on_the_first_and_closed_on_the_sixth_with_how_its_budgets_ended()
    {
        await using var world = await AtAsync(new DateTimeOffset(2026, 3, 1, 0, 40, 0, TimeSpan.Zero));
        world.Aws.ClosedBefore = new DateOnly(2026, 2, 1);
        world.Aws.Lines.AddRange(Estate(taxOfFebruary: false));
        world.Aws.Known.Add(new AwsBudget("harbour", "MONTHLY", "COST")
        {
            BudgetLimit = new Spend(5000m, "USD"),
            CalculatedSpend = new CalculatedSpend(new Spend(3m, "USD"), new Spend(4000m, "USD")),
        });
        world.Aws.Known.Add(new AwsBudget("quarter", "QUARTERLY", "COST") { BudgetLimit = new Spend(9000m, "USD") });
        world.Aws.History["harbour"] =
        [
            new(
                new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
                new Spend(4000m, "USD"), new Spend(4620m, "USD")),
        ];

        await world.Digests.MakeAsync(DigestFrequency.Monthly, default);

        var preliminary = await DigestAsync(world, "monthly-2026-02-01");
        var text = CostCases.Text(DigestViews.Render(preliminary, world.English));
        Assert.Contains("preliminary: $4,200", text, StringComparison.Ordinal);
        Assert.Contains("±0 %", text, StringComparison.Ordinal);
        Assert.Contains("Not billed yet: Tax $420.00 in the month before", text, StringComparison.Ordinal);
        Assert.DoesNotContain("−100 %", text, StringComparison.Ordinal);
        Assert.Contains("How the budgets of February 2026 ended", text, StringComparison.Ordinal);
        Assert.Contains("🔴 *harbour*  $4,620 of $4,000", text, StringComparison.Ordinal);
        Assert.DoesNotContain("quarter", text, StringComparison.Ordinal);
        Assert.Empty(world.Mail.Sent);

        // On the fifth it is too early, on the sixth AWS has not closed the bill yet.
        world.Time.SetUtcNow(new DateTimeOffset(2026, 3, 5, 0, 45, 0, TimeSpan.Zero));
        await world.Digests.MakeAsync(DigestFrequency.MonthlyClosed, default);
        world.Time.Advance(TimeSpan.FromDays(1));
        await world.Digests.MakeAsync(DigestFrequency.MonthlyClosed, default);
        Assert.Empty(world.Mail.Sent);

        world.Aws.ClosedBefore = new DateOnly(2026, 3, 1);
        world.Aws.Lines.Clear();
        world.Aws.Lines.AddRange(Estate(taxOfFebruary: true));
        world.Time.Advance(TimeSpan.FromDays(1));
        await world.Digests.MakeAsync(DigestFrequency.MonthlyClosed, default);
        await world.DigestRefresher.RunAsync();

        var mail = Assert.Single(world.Mail.Sent).Plain;
        Assert.Contains("$4,200", mail, StringComparison.Ordinal);
        Assert.Contains("Tax $420.00 · net $4,620", mail, StringComparison.Ordinal);
        Assert.Contains("harbour (prod)  $4,620 of $4,000", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("preliminary", mail, StringComparison.OrdinalIgnoreCase);
        var followed = CostCases.Text(DigestViews.Render(await DigestAsync(world, "monthly-2026-02-01"), world.English));
        Assert.DoesNotContain("preliminary", followed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Tax $420.00", followed, StringComparison.Ordinal);
        Assert.Contains("a newer digest", followed, StringComparison.Ordinal);

        await world.Digests.MakeAsync(DigestFrequency.MonthlyClosed, default);
        Assert.Single(world.Mail.Sent);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_digest_that_could_not_be_made_says_so_and_becomes_the_digest(DatabaseKind kind)
    {
        await using var world = await AtAsync(new DateTimeOffset(2026, 3, 19, 0, 30, 0, TimeSpan.Zero), kind);
        world.Aws.Refuse = operation => operation.StartsWith("GetCostAndUsage", StringComparison.Ordinal) ? new TimeoutException() : null;
        for (var attempt = 0; attempt < 2; attempt++)
            await Assert.ThrowsAsync<TimeoutException>(() => world.Digests.MakeAsync(DigestFrequency.Daily, default));
        Assert.Single(world.Outbox.Requests);
        Assert.Contains("could not be made", await HeadlineAsync(world, "daily-2026-03-17"), StringComparison.Ordinal);
        Assert.Empty(world.Mail.Sent);

        world.Aws.Refuse = _ => null;
        await world.Digests.MakeAsync(DigestFrequency.Daily, default);

        Assert.Contains("$100.00", await HeadlineAsync(world, "daily-2026-03-17"), StringComparison.Ordinal);
        Assert.Single(world.Mail.Sent);
    }

    [Fact]
    public async Task A_digest_lists_some_budgets_and_anomalies_and_says_how_many_there_are()
    {
        using var document = CostCases.Read("digests/many-budgets.json");
        await using var world = await AtAsync(new DateTimeOffset(2026, 3, 19, 0, 30, 0, TimeSpan.Zero));
        world.Aws.Known.AddRange(document.RootElement.GetProperty("describeBudgets").EnumerateArray().Select(CostCases.Budget));
        world.Aws.Anomalies.AddRange(
            document.RootElement.GetProperty("getAnomalies").EnumerateArray().Select(anomaly => anomaly.Deserialize<AwsAnomaly>()!));

        await world.Digests.MakeAsync(DigestFrequency.Daily, default);

        var message = DigestViews.Render(await DigestAsync(world, "daily-2026-03-17"), world.English);
        var mail = Assert.Single(world.Mail.Sent);
        foreach (var text in (string[])[CostCases.Text(message), mail.Plain, mail.Html])
        {
            Assert.Contains("12 of 12", text, StringComparison.Ordinal);
            Assert.Contains("7 more", text, StringComparison.Ordinal);
            Assert.Contains("9 cost anomalies", text, StringComparison.Ordinal);
            Assert.Contains("4 more", text, StringComparison.Ordinal);
        }

        var buttons = Assert.Single(message.Blocks.OfType<Slack.Blocks.ActionsBlock>()).Elements.OfType<Slack.Blocks.Button>();
        Assert.Equal([AllBudgetsButton.ActionId, AllAnomaliesButton.ActionId], buttons.Select(button => button.ActionId));
        var all = AllBudgetsButton.Render(await world.Budgets.ReadAsync(default), world.English);
        Assert.Equal(12, all.Blocks.OfType<Slack.Blocks.SectionBlock>().Sum(
            block => block.Text!.Text.Split('\n').Count(line => line.Contains("🔴", StringComparison.Ordinal))));
    }

    private static IEnumerable<EstateLine> Estate(bool taxOfFebruary)
    {
        EstateLine Line(int from, int to, string service, string type, decimal amount) => new(
            new DateOnly(2026, 1, 1).AddDays(from), new DateOnly(2026, 1, 1).AddDays(to), service, "111122223333", type,
            new Dictionary<string, decimal> { [""] = amount });
        yield return Line(-60, 120, "Amazon Elastic Compute Cloud - Compute", "Usage", 150m);
        yield return Line(0, 1, "Tax", "Tax", 420m);
        if (taxOfFebruary) yield return Line(31, 32, "Tax", "Tax", 420m);
    }

    private static async Task<CostWorld> AtAsync(DateTimeOffset now, DatabaseKind kind = DatabaseKind.Sqlite)
    {
        var world = await CostWorld.CreateAsync(kind, options => options.Digest.Recipients.Add("finance@example.com"));
        world.Time.AdjustTime(now);
        return world;
    }

    private static async Task<CostDigest> DigestAsync(CostWorld world, string id)
    {
        await using var connection = await world.Database.OpenAsync(default);
        return (await DigestStore.FindAsync(connection, id, default))!;
    }

    private static async Task<string> HeadlineAsync(CostWorld world, string id) =>
        DigestViews.Headline(await DigestAsync(world, id), world.English);
}
