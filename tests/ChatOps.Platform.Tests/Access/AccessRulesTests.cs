using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChatOps.Platform.Tests.Access;

public sealed class AccessRulesTests : IAsyncLifetime
{
    private static readonly AccessPolicy Policy = new(new Dictionary<Role, Grant>
    {
        [Role.Operator] = new(["U0JIYEON"], ["sec-oncall"]),
        [Role.Approver] = new(["U0ALEX"], []),
        [Role.Admin] = new(["U0MINHO"], []),
    });

    private readonly PlayedGroups _groups = new(
        new Dictionary<string, IReadOnlySet<string>> { ["sec-oncall"] = new HashSet<string> { "U0SORA" } });
    private TestDatabase _database = null!;
    private AuditLog _audit = null!;
    private AccessRules _access = null!;

    public async Task InitializeAsync()
    {
        _database = await Databases.CreateAsync(DatabaseKind.Sqlite);
        _audit = new AuditLog(_database.Database, TimeProvider.System);
        _access = new AccessRules(
            new GivenPolicy<AccessPolicy>(Policy), _groups, _audit, _database.Database, NullLogger<AccessRules>.Instance);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [InlineData("U0JIYEON", Role.Operator, true)]
    [InlineData("U0JIYEON", Role.Approver, false)]
    [InlineData("U0JIYEON", Role.Viewer, true)]
    [InlineData("U0ALEX", Role.Approver, true)]
    [InlineData("U0ALEX", Role.Operator, false)]
    [InlineData("U0MINHO", Role.Operator, true)]
    [InlineData("U0MINHO", Role.Approver, true)]
    [InlineData("U0SORA", Role.Operator, true)]
    [InlineData("U0NOBODY", Role.Viewer, true)]
    [InlineData("U0NOBODY", Role.Operator, false)]
    public async Task A_role_is_held_by_name_by_group_or_as_admin(string user, Role role, bool allowed)
    {
        var demand = _access.DemandAsync(
            new UserAction(user, "finding.acknowledge", new SubjectId("finding", "f1"), role), CancellationToken.None);
        if (allowed) await demand;
        else await Assert.ThrowsAsync<AccessDeniedException>(() => demand);
    }

    [Fact]
    public async Task When_Slack_cannot_be_asked_only_those_named_directly_have_a_role()
    {
        _groups.Members = null;
        Assert.Equal([Role.Viewer], await _access.RolesOfAsync("U0SORA", CancellationToken.None));
        Assert.Contains(Role.Operator, await _access.RolesOfAsync("U0JIYEON", CancellationToken.None));
    }

    [Fact]
    public async Task A_refusal_names_who_has_the_role_and_is_in_the_audit()
    {
        var refusal = await Assert.ThrowsAsync<AccessDeniedException>(() =>
            _access.DemandAsync(
                new UserAction("U0NOBODY", "finding.remediate", new SubjectId("finding", "f1"), Role.Operator), CancellationToken.None));
        Assert.Equal(["U0JIYEON", "U0SORA", "U0MINHO"], refusal.Holders);
        var entry = Assert.Single(await _audit.LastAsync(10, CancellationToken.None));
        Assert.Equal(
            ("U0NOBODY", "finding.remediate", "finding:f1", "Operator", "refused"),
            (entry.UserId, entry.Verb, entry.Subject, entry.Role, entry.Outcome));
    }

    [Fact]
    public async Task As_shipped_everyone_may_look_and_nobody_may_change_anything()
    {
        var nobody = new AccessRules(
            new GivenPolicy<AccessPolicy>(AccessPolicy.Nobody), _groups, _audit, _database.Database, NullLogger<AccessRules>.Instance);
        await nobody.DemandAsync(
            new UserAction("U0MINHO", "finding.list", new SubjectId("finding", "all"), Role.Viewer), CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<AccessDeniedException>(() =>
            nobody.DemandAsync(
                new UserAction("U0MINHO", "finding.acknowledge", new SubjectId("finding", "f1"), Role.Operator), CancellationToken.None));
        Assert.Empty(refusal.Holders);
    }

    [Theory]
    [InlineData("U0NOBODY", Sensitivity.Read, "finding.list", true)]
    [InlineData("U0NOBODY", Sensitivity.Change, "finding.acknowledge", false)]
    [InlineData("U0JIYEON", Sensitivity.Remediate, "finding.remediate", true)]
    [InlineData("U0JIYEON", Sensitivity.Remediate, "remediation.approve", false)]
    [InlineData("U0ALEX", Sensitivity.Remediate, "remediation.approve", true)]
    [InlineData("U0ALEX", Sensitivity.Remediate, "finding.remediate", false)]
    public async Task The_gate_asks_for_what_an_interaction_declares(string user, Sensitivity sensitivity, string id, bool passes)
    {
        var slack = new PlayedSlack { User = new User { Id = user, TeamId = "T0SANDBOX" } };
        var gate = slack.Gate(_access, Policy, _audit, _database.Database, [new InteractionRole("remediation.approve", Role.Approver)]);
        var refusal = await gate.Refusal(
            new Interaction(InteractionKind.BlockAction, id, sensitivity, user, "T0SANDBOX", null), CancellationToken.None);
        Assert.Equal(passes, refusal is null);
        if (refusal is not null) Assert.Contains("역할이 필요합니다", refusal, StringComparison.Ordinal);
        Assert.Equal(passes ? 0 : 1, (await _audit.LastAsync(10, CancellationToken.None)).Count);
    }
}
