namespace ChatOps.Sandbox.Slack;

/// <summary>The people, channels and commands the sandbox starts with.</summary>
internal static class DefaultWorkspace
{
    public static IEnumerable<SlackUser> Users(SlackWorkspaceOptions options) =>
    [
        new("U0MINHO", "minho", "Kim Minho", "ko-KR") { Title = "admin" },
        new("U0JIYEON", "jiyeon", "Park Jiyeon", "ko-KR") { Title = "operator" },
        new("U0ALEX", "alex", "Alex Rivera", "en-US") { Title = "approver" },
        new("U0SORA", "sora", "Lee Sora", "ko-KR") { Title = "viewer" },
        new(options.BotUserId, "chatops", "ChatOps", "en-US", IsBot: true),
    ];

    public static IEnumerable<SlackChannel> Channels(SlackWorkspaceOptions options, IReadOnlyList<SlackUser> users)
    {
        string[] names = ["general", "security", "alerts", "costs", "reports", "assets", "approvals", "random"];
        var people = users.Where(u => !u.IsBot).ToList();
        foreach (var name in names)
        {
            var channel = new SlackChannel("C0" + name.ToUpperInvariant(), name);
            channel.Members.UnionWith(people.Select(p => p.Id));
            if (name != "random")
            {
                channel.Members.Add(options.BotUserId);
            }
            yield return channel;
        }
        foreach (var person in people)
        {
            var direct = new SlackChannel("D0" + person.Name.ToUpperInvariant(), "directmessage") { DirectMessageUser = person.Id };
            direct.Members.UnionWith([person.Id, options.BotUserId]);
            yield return direct;
        }
    }

    public static IEnumerable<SlackUserGroup> UserGroups() =>
    [
        new("S0SECONCALL", "sec-oncall", "Security on call", ["U0JIYEON", "U0ALEX"]),
        new("S0ADMINS", "cloud-admins", "Cloud administrators", ["U0MINHO"]),
    ];
}
