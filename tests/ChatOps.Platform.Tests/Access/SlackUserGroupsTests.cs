using ChatOps.Platform.Access;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Access;

public sealed class SlackUserGroupsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Played<IUserGroupsApi> _api = Played.Of<IUserGroupsApi>();
    private bool _away;

    public SlackUserGroupsTests() => _api
        .On("List", IReadOnlyList<UserGroup> (CancellationToken _) => _away
            ? throw new SlackTransportException("usergroups.list", "no answer")
            : [new UserGroup { Id = "S0ONCALL", Handle = "sec-oncall" }, new UserGroup { Id = "S0DEVOPS", Handle = "devops" }])
        .On("ListUsers", IReadOnlyList<string> (string group) => group == "S0ONCALL" ? ["U0SORA"] : ["U0JIYEON", "U0ALEX"]);

    [Fact]
    public async Task Groups_are_found_by_handle_or_id_and_kept_for_five_minutes()
    {
        var groups = Groups();
        for (var i = 0; i < 3; i++)
        {
            var members = await groups.MembersAsync(["sec-oncall", "S0DEVOPS", "gone"], CancellationToken.None);
            Assert.Equal(["U0SORA"], members!["sec-oncall"]);
            Assert.Equal(["U0ALEX", "U0JIYEON"], members["S0DEVOPS"].Order());
            Assert.False(members.ContainsKey("gone"));
        }

        Assert.Equal(1, Lists);
        _time.Advance(TimeSpan.FromMinutes(5));
        await groups.MembersAsync(["sec-oncall"], CancellationToken.None);
        Assert.Equal(2, Lists);
    }

    [Fact]
    public async Task When_Slack_does_not_answer_nobody_is_in_a_group_not_even_whom_we_remember()
    {
        var groups = Groups();
        Assert.NotNull(await groups.MembersAsync(["sec-oncall"], CancellationToken.None));
        _away = true;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await groups.MembersAsync(["sec-oncall"], CancellationToken.None));
        Assert.Null(await groups.MembersAsync(["sec-oncall"], CancellationToken.None));
        Assert.Equal(2, Lists);
        _away = false;
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.NotNull(await groups.MembersAsync(["sec-oncall"], CancellationToken.None));
    }

    private int Lists => _api.Calls.Count(call => call.Method == "List");

    private SlackUserGroups Groups() =>
        new(Played.Of<ISlackApiClient>().Returns("get_UserGroups", _api.Instance).Instance, _time, NullLogger<SlackUserGroups>.Instance);
}
