using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Findings.Tests;

/// <summary>HIGH or worse for longer than 30 days takes a second person and a reason of at least ten characters.</summary>
public sealed class SuppressionApprovalTests
{
    private const string File = "securityhub-imported/control-ec2-19-consolidated";
    private const string Reason = "static site, replaced in May";

    private static readonly FindingActor Jiyeon = new("U0JIYEON", "jiyeon");
    private static readonly FindingActor Alex = new("U0ALEX", "alex");
    private static readonly FindingActor Minho = new("U0MINHO", "minho");

    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    private static string Id => Events.Finding(File).Id;

    [Theory]
    [InlineData(Severity.Critical, 31, true)]
    [InlineData(Severity.High, 31, true)]
    [InlineData(Severity.High, 30, false)]
    [InlineData(Severity.Medium, 365, false)]
    public void What_is_bad_and_long_takes_an_approver(Severity severity, int days, bool needs) => Assert.Equal(
        needs, SuppressionApprovals.Needs(GivenFinding.Of() with { Severity = severity }, GivenFinding.T0.AddDays(days), GivenFinding.T0));

    [Theory, MemberData(nameof(Kinds))]
    public async Task Nobody_decides_it_alone(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await Assert.ThrowsAsync<StaleSubjectException>(() => world.Acts.SuppressAsync(Jiyeon, Id, Reason, Until(world), default));
        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.AskAsync(Jiyeon, Id, "too short", Until(world), default));

        await world.Approvals.AskAsync(Alex, Id, Reason, Until(world), default);

        Assert.True((await world.FindAsync(Id))!.Open);
        Assert.Equal("#approvals", Assert.Single(world.Outbox.Requests, request => request.Subject.Kind == "suppression").Channel);
        Assert.Equal(0, await world.CountAsync("finding_writes"));
        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(Alex, Id, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => world.Approvals.ApproveAsync(Jiyeon, Id, default));

        await world.Approvals.ApproveAsync(Minho, Id, default);

        var finding = (await world.FindAsync(Id))!;
        Assert.Equal(
            (FindingState.Suppressed, "U0ALEX", SuppressionRequestState.Approved, "U0MINHO"),
            (finding.State, finding.Suppressed!.ByUserId, finding.SuppressionAsked!.State, finding.SuppressionAsked.DecidedBy));
        await world.Writer.WorkAsync();
        Assert.Contains("approved by minho", Assert.Single(world.Aws.Updates).Update.Note!.Text);
        // A second press finds it decided.
        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.DenyAsync(Minho, Id, default));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_denied_an_unanswered_and_a_void_one_suppress_nothing(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.Approvals.AskAsync(Jiyeon, Id, Reason, Until(world), default);
        await world.Approvals.DenyAsync(Minho, Id, default);
        Assert.Equal(SuppressionRequestState.Denied, (await world.FindAsync(Id))!.SuppressionAsked!.State);

        await world.Approvals.AskAsync(Jiyeon, Id, Reason, Until(world), default);
        world.Time.Advance(SuppressionApprovals.ExpiresAfter);
        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(Minho, Id, default));
        await world.Acts.ExpireSuppressionsAsync(default);
        Assert.Equal(SuppressionRequestState.Expired, (await world.FindAsync(Id))!.SuppressionAsked!.State);
        Assert.Contains("⌛", SuppressionSubject.Render(
            (await world.FindAsync(Id))!, (await world.FindAsync(Id))!.SuppressionAsked!, new FindingView(), world.English).Text);

        await world.Approvals.AskAsync(Jiyeon, Id, Reason, Until(world), default);
        world.Access.Demoted.Add("U0JIYEON");
        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(Minho, Id, default));
        Assert.Equal(SuppressionRequestState.Void, (await world.FindAsync(Id))!.SuppressionAsked!.State);
        Assert.True((await world.FindAsync(Id))!.Open);
        Assert.Equal(0, await world.CountAsync("finding_writes"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_finding_that_ends_meanwhile_voids_it(DatabaseKind kind)
    {
        await using var world = await StartAsync(kind);
        await world.Approvals.AskAsync(Jiyeon, Id, Reason, Until(world), default);
        world.Outbox.Clear();

        await world.ReadAsync(FindingWorld.Changed(
            File,
            finding =>
            {
                finding["Compliance"]!["Status"] = "PASSED";
                finding["UpdatedAt"] = "2026-03-04T07:00:00Z";
            },
            "2026-03-04T07:00:00Z"));

        Assert.Equal(SuppressionRequestState.Void, (await world.FindAsync(Id))!.SuppressionAsked!.State);
        Assert.Contains(world.Outbox.Changed, changed => changed.Subject == SuppressionApprovals.SubjectOf(Id));
        await Assert.ThrowsAsync<UserFacingException>(() => world.Approvals.ApproveAsync(Minho, Id, default));
    }

    private static DateTimeOffset Until(FindingWorld world) => world.Time.GetUtcNow().AddDays(90);

    private static async Task<FindingWorld> StartAsync(DatabaseKind kind)
    {
        var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync(Events.Body(File));
        return world;
    }
}
