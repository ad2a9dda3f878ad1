using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>auth.test, api.test, users.*, usergroups.*.</summary>
internal static class UserMethods
{
    public static JsonObject AuthTest(SlackWorkspace workspace, ApiCall call) => new()
    {
        ["url"] = $"https://{workspace.Options.TeamDomain}.slack.com/",
        ["team"] = workspace.Options.TeamName,
        ["user"] = workspace.User(workspace.Options.BotUserId)?.Name,
        ["team_id"] = workspace.Options.TeamId,
        ["user_id"] = workspace.Options.BotUserId,
        ["bot_id"] = workspace.Options.BotId,
        ["is_enterprise_install"] = false,
    };

    public static JsonObject ApiTest(SlackWorkspace workspace, ApiCall call)
    {
        if (call.Text("error") is { Length: > 0 } error)
        {
            throw new SlackRefusal(error);
        }
        return call.Text("foo") is { } foo ? new JsonObject { ["args"] = new JsonObject { ["foo"] = foo } } : [];
    }

    public static JsonObject Info(SlackWorkspace workspace, ApiCall call) => new()
    {
        ["user"] = (workspace.User(call.Required("user")) ?? throw new SlackRefusal("user_not_found"))
            .ToJson(workspace.Options, call.Flag("include_locale")),
    };

    public static JsonObject List(SlackWorkspace workspace, ApiCall call)
    {
        var (page, next) = call.Page(workspace.Users, 1000, 1000);
        return new JsonObject
        {
            ["members"] = new JsonArray([.. page.Select(u => u.ToJson(workspace.Options, call.Flag("include_locale")))]),
            ["cache_ts"] = workspace.Now.ToUnixTimeSeconds(),
            ["response_metadata"] = Paging.Metadata(next),
        };
    }

    public static JsonObject LookupByEmail(SlackWorkspace workspace, ApiCall call)
    {
        var email = call.Required("email");
        var user = workspace.Users.FirstOrDefault(
            u => !u.IsBot && !u.Deleted && string.Equals(u.Email, email, StringComparison.OrdinalIgnoreCase));
        return new JsonObject
        {
            ["user"] = (user ?? throw new SlackRefusal("users_not_found")).ToJson(workspace.Options, includeLocale: false),
        };
    }

    public static JsonObject UserGroups(SlackWorkspace workspace, ApiCall call)
    {
        var groups = new JsonArray();
        foreach (var group in workspace.UserGroups.Where(g => !g.Disabled || call.Flag("include_disabled")))
        {
            var json = new JsonObject
            {
                ["id"] = group.Id,
                ["team_id"] = workspace.Options.TeamId,
                ["is_usergroup"] = true,
                ["is_subteam"] = true,
                ["name"] = group.Name,
                ["description"] = "",
                ["handle"] = group.Handle,
                ["is_external"] = false,
                ["date_create"] = 1700000000,
                ["date_update"] = 1700000000,
                ["date_delete"] = group.Disabled ? 1700000000 : 0,
                ["created_by"] = "U0MINHO",
                ["updated_by"] = "U0MINHO",
            };
            if (call.Flag("include_users"))
            {
                json["users"] = Ids(group.Users);
            }
            if (call.Flag("include_count"))
            {
                json["user_count"] = group.Users.Count;
            }
            groups.Add((JsonNode)json);
        }
        return new JsonObject { ["usergroups"] = groups };
    }

    public static JsonObject UserGroupUsers(SlackWorkspace workspace, ApiCall call)
    {
        var id = call.Required("usergroup");
        var group = workspace.UserGroups.FirstOrDefault(g => g.Id == id) ?? throw new SlackRefusal("no_such_subteam");
        return new JsonObject { ["users"] = Ids(group.Users) };
    }

    private static JsonArray Ids(IEnumerable<string> ids) => new([.. ids.Select(i => (JsonNode)i)]);
}
