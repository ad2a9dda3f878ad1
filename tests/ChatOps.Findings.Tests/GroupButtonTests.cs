using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings.Tests;

/// <summary>The buttons on the message of a group of findings, as they are pressed.</summary>
public sealed class GroupButtonTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Acknowledge_all_acts_on_what_is_open_in_the_buttons_own_group(DatabaseKind kind)
    {
        await using var world = await FindingWorld.CreateAsync(kind);
        await world.ReadAsync([.. Enumerable.Range(0, 3).Select(i => FindingWorld.Changed(
            "securityhub-imported/control-ec2-19-consolidated",
            finding => finding["Id"] = $"arn:aws:securityhub:us-east-1:111122223333:security-control/EC2.19/finding/{i}"))]);
        var ids = world.Outbox.Requests.Select(request => request.Subject.Key).ToList();
        var groups = new OneGroup("g1", [ids[0], ids[1], "forgotten"]);
        var button = new AcknowledgeAllButton(groups, world.Acts);

        await button.Handle(Press("g1"), default);

        Assert.Equal(("g1", "finding"), groups.Asked);
        Assert.Equal(
            "U0JIYEON U0JIYEON -",
            string.Join(' ', await Task.WhenAll(ids.Select(async id => (await world.FindAsync(id))!.Acknowledged?.ByUserId ?? "-"))));
        Assert.Equal(2, world.Audit.Entries.Count);
        Assert.All(world.Outbox.Replies.Where(reply => reply.Subject.Kind == "group"), reply => Assert.Equal("g1", reply.Subject.Key));
        Assert.Equal(
            "finding.group.nothing", (await Assert.ThrowsAsync<UserFacingException>(() => button.Handle(Press("g1"), default))).Key);
        Assert.Equal(2, world.Audit.Entries.Count);
    }

    [Fact]
    public async Task A_group_that_is_gone_is_said()
    {
        await using var world = await FindingWorld.CreateAsync(DatabaseKind.Sqlite);
        var button = new AcknowledgeAllButton(new OneGroup("g1", []), world.Acts);
        foreach (var value in new[] { "g2", "", null })
            Assert.Equal(
                "finding.group.gone", (await Assert.ThrowsAsync<UserFacingException>(() => button.Handle(Press(value), default))).Key);
    }

    private static BlockActionRequest Press(string? value) =>
        new()
        {
            UserId = "U0JIYEON",
            UserName = "jiyeon",
            ActionId = AcknowledgeAllButton.ActionId,
            Action = new StateValue { Type = "button", Value = value },
        };

    private sealed class OneGroup(string key, IReadOnlyList<string> open) : IGroups
    {
        public (string Key, string Kind) Asked { get; private set; }

        public Task<MessageGroup?> FindAsync(string asked, string kind, CancellationToken cancellationToken)
        {
            Asked = (asked, kind);
            return Task.FromResult(asked == key ? new MessageGroup(new SubjectId("group", key), open) : null);
        }
    }
}
