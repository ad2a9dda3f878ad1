using System.Text.Json.Nodes;
using ChatOps.Platform.Storage;
using ChatOps.Reports;

namespace ChatOps.Alerts.Tests;

/// <summary>The report's figures are those of what happened, and its sign of what is to be looked at.</summary>
public sealed class AlertReportTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_ended_in_the_period_was_resolved_in_it_and_a_heartbeat_is_nothing(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var scenario = JsonNode.Parse(AlertCases.Text("scenario-report-old-alert.json"))!;
        var now = world.Time.GetUtcNow();
        foreach (var step in scenario["steps"]!.AsArray())
        {
            var starts = now.AddHours((double)step!["startsAt"]!);
            var firing = (string)step["status"]! == "firing";
            await world.WebhookAsync(AlertEvents.Webhook((string)step["alertname"]!, starts, ("a", firing))
                .Replace("\"warning\"", $"\"{step["severity"]}\"", StringComparison.Ordinal)
                .Replace(
                    starts.AddMinutes(1).UtcDateTime.ToString("O"),
                    now.AddHours((double?)step["endsAt"] ?? 0).UtcDateTime.ToString("O"), StringComparison.Ordinal));
        }

        var content = Assert.IsType<AlertReportContent>(
            await world.Report.ReadAsync(new ReportPeriod(now.AddHours(-24), now, now.AddHours(-48)), default));

        Assert.Equal((0, 1, 0, 0), (content.Now.Fired, content.Now.Resolved, content.Now.Critical, content.Now.StillFiring));
        Assert.Equal(ReportVerdictLevel.Quiet, content.Render(AlertWorld.English).Verdict.Mood);
        Assert.Empty(content.Rules);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_critical_one_makes_the_report_bad_with_its_link_and_a_silenced_one_does_not(DatabaseKind kind)
    {
        await using var world = await AlertWorld.CreateAsync(kind);
        var now = world.Time.GetUtcNow();
        await world.WebhookAsync(AlertEvents.Webhook("Down", now.AddMinutes(-5), ("a", true))
            .Replace("\"warning\"", "\"critical\"", StringComparison.Ordinal));
        var period = new ReportPeriod(now.AddHours(-24), now.AddSeconds(1), now.AddHours(-48));
        var bad = (await world.Report.ReadAsync(period, default)).Render(AlertWorld.English);
        Assert.Equal(ReportVerdictLevel.Bad, bad.Verdict.Mood);
        Assert.Equal("prometheus.example.com", bad.Lines[^1].Link!.Host);

        await world.Acts.SilenceAsync(
            new AlertActor("U0JIYEON", "jiyeon"), (await world.GroupAsync()).Id, now.AddHours(1), "", default);
        await world.Silences.RunAsync();

        Assert.Equal(ReportVerdictLevel.Quiet, (await world.Report.ReadAsync(period, default)).Render(AlertWorld.English).Verdict.Mood);
    }
}
