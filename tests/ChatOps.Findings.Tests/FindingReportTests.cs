using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Reports;

namespace ChatOps.Findings.Tests;

public sealed class FindingReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task It_counts_what_came_what_went_and_who_fixed_it(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        Finding[] findings =
        [
            Of("old", Severity.High, recorded: Now.AddDays(-5)),
            Of("new", Severity.Critical, recorded: Now.AddHours(-3)),
            Of("fixed", Severity.Critical, recorded: Now.AddHours(-20)) with
            {
                Workflow = WorkflowStatus.Resolved, ClosedAt = Now.AddHours(-2),
                Remediation = new RemediationMark(RemediationState.Resolved, "r1", "U0JIYEON", Now.AddHours(-2), null),
            },
            Of("gone", Severity.Medium, recorded: Now.AddDays(-3)) with { Archived = true, ClosedAt = Now.AddHours(-30) },
            Of("accepted", Severity.High, recorded: Now.AddHours(-4)) with
            {
                Workflow = WorkflowStatus.Suppressed,
                Suppressed = new Suppression("U0ALEX", "legacy", Now, Now.AddDays(9)),
            },
        ];
        await world.Database.WriteAsync(uow => FindingStore.SaveAsync(uow, findings, default), default);

        var content = (FindingReport.Content)await new FindingReport(world.Database, world.SlackPeople).ReadAsync(
            new ReportPeriod(Now.AddDays(-1), Now, Now.AddDays(-2)), default);
        Assert.Equal(2, content.Open[^1].Sum());
        Assert.Equal(1, content.Before.Sum());
        Assert.Equal((2, 1), (content.Moved.Opened[(int)Severity.Critical], content.Moved.Closed[(int)Severity.Critical]));
        Assert.Equal(1, content.Moved.StillOpen[(int)Severity.Critical]);
        Assert.Equal(1, content.Previous.Closed.Sum());
        Assert.Equal(1, Assert.Single(content.Fixes).Count);
        Assert.Equal("U0JIYEON", Assert.Single(content.Titles).ByUserId);

        var section = content.Render(Locale.For("en", TimeZoneInfo.Utc));
        Assert.Equal(new ReportVerdict(ReportVerdictLevel.Bad, "2 new critical findings, 1 still open"), section.Verdict);
        Assert.Equal(new ReportFigure("Open", "2", "+1", false), section.Figures[0]);
    }

    /// <summary>The row of a severity is the figures' share of it: each column adds up to its headline.</summary>
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_rows_add_up_to_the_figures_whatever_Security_Hub_relabels(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        var file = "securityhub-imported/control-ec2-19-consolidated";
        await world.ReadAsync(Events.Body(file));
        world.Time.Advance(TimeSpan.FromSeconds(5));
        await world.ReadAsync(FindingWorld.Changed(
            file,
            finding =>
            {
                finding["Compliance"]!["Status"] = "PASSED";
                finding["Severity"]!["Label"] = "INFORMATIONAL";
                finding["UpdatedAt"] = "2026-03-04T06:00:01Z";
            },
            "2026-03-04T06:00:01Z"));
        Finding[] others =
        [
            Of("info", Severity.Informational, world.Time.GetUtcNow().AddHours(-1)),
            Of("over already", Severity.Informational, world.Time.GetUtcNow()) with
            {
                Compliance = "PASSED", ClosedAt = world.Time.GetUtcNow(),
            },
        ];
        await world.Database.WriteAsync(uow => FindingStore.SaveAsync(uow, others, default), default);
        var now = world.Time.GetUtcNow().AddMinutes(1);

        var section = (await new FindingReport(world.Database, world.SlackPeople).ReadAsync(
            new ReportPeriod(now.AddDays(-1), now, now.AddDays(-2)), default)).Render(Locale.For("en", TimeZoneInfo.Utc));

        var rows = Assert.Single(section.Tables).Rows;
        Assert.Equal("1 new critical finding, closed again", section.Verdict.Clause);
        Assert.Equal(["1", "2"], section.Figures.Take(2).Select(figure => figure.Value));
        Assert.Equal(1, SumOf(1));
        Assert.Equal(2, SumOf(3));
        Assert.Equal(section.Figures[2].Value, $"{SumOf(4)}");

        int SumOf(int column) => rows.Sum(row => int.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Finding Of(string name, Severity rank, DateTimeOffset recorded) => new()
    {
        Id = Finding.IdOf(name, "p"),
        Arn = name,
        ProductArn = "p",
        Account = "111122223333",
        Region = "us-east-1",
        Title = name,
        Severity = rank,
        ControlId = "S3.8",
        ControlName = "S3.8",
        Resources = [new FindingResource($"arn:aws:s3:::{name}", "AwsS3Bucket", null, new Dictionary<string, string>())],
        RecordedAt = recorded,
        UpdatedAt = recorded,
    };
}
