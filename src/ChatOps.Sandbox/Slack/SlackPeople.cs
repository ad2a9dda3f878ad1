using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

internal sealed record SlackUser(string Id, string Name, string RealName, string Locale, bool IsBot = false)
{
    public bool Deleted { get; init; }

    /// <summary>What the profile says they do; here the role ChatOps gives them.</summary>
    public string Title { get; init; } = "";

    public string Email => $"{Name}@bighead.example";

    /// <summary>The user object of users.info; the locale only when it was asked for, as Slack does.</summary>
    public JsonObject ToJson(SlackWorkspaceOptions options, bool includeLocale)
    {
        var profile = new JsonObject
        {
            ["title"] = Title,
            ["real_name"] = RealName,
            ["real_name_normalized"] = RealName,
            ["display_name"] = Name,
            ["display_name_normalized"] = Name,
            ["status_text"] = "",
            ["status_emoji"] = "",
            ["team"] = options.TeamId,
        };
        if (IsBot)
        {
            profile["api_app_id"] = options.AppId;
            profile["bot_id"] = options.BotId;
        }
        else
        {
            profile["email"] = Email;
        }
        var user = new JsonObject
        {
            ["id"] = Id,
            ["team_id"] = options.TeamId,
            ["name"] = Name,
            ["deleted"] = Deleted,
            ["color"] = "9f69e7",
            ["real_name"] = RealName,
            ["tz"] = "Asia/Seoul",
            ["tz_label"] = "Korea Standard Time",
            ["tz_offset"] = 32400,
            ["profile"] = profile,
            ["is_admin"] = false,
            ["is_owner"] = false,
            ["is_primary_owner"] = false,
            ["is_restricted"] = false,
            ["is_ultra_restricted"] = false,
            ["is_bot"] = IsBot,
            ["is_app_user"] = false,
            ["updated"] = 1772000000,
            ["is_email_confirmed"] = !IsBot,
        };
        if (includeLocale)
        {
            user["locale"] = Locale;
        }
        return user;
    }
}

internal sealed record SlackUserGroup(string Id, string Handle, string Name, IReadOnlyList<string> Users, bool Disabled = false);

internal sealed record SlackCommand(string Command, string Description, string UsageHint);

/// <summary>A conversation: a public channel, or the direct message of one person with the app.</summary>
internal sealed class SlackChannel(string id, string name)
{
    public string Id { get; } = id;
    public string Name { get; } = name;

    /// <summary>The person on the other side of a direct message; null for a channel.</summary>
    public string? DirectMessageUser { get; init; }

    public bool IsArchived { get; set; }
    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);
    public bool IsDirectMessage => DirectMessageUser is not null;

    public JsonObject ToJson(SlackWorkspaceOptions options, bool withMemberCount)
    {
        if (DirectMessageUser is not null)
        {
            return new JsonObject
            {
                ["id"] = Id,
                ["created"] = 1700000000,
                ["is_archived"] = false,
                ["is_im"] = true,
                ["is_org_shared"] = false,
                ["context_team_id"] = options.TeamId,
                ["updated"] = 1700000000000,
                ["user"] = DirectMessageUser,
                ["is_user_deleted"] = false,
                ["priority"] = 0,
            };
        }
        var channel = new JsonObject
        {
            ["id"] = Id,
            ["name"] = Name,
            ["is_channel"] = true,
            ["is_group"] = false,
            ["is_im"] = false,
            ["is_mpim"] = false,
            ["is_private"] = false,
            ["created"] = 1700000000,
            ["is_archived"] = IsArchived,
            ["is_general"] = Name == "general",
            ["unlinked"] = 0,
            ["name_normalized"] = Name,
            ["is_shared"] = false,
            ["is_org_shared"] = false,
            ["is_pending_ext_shared"] = false,
            ["pending_shared"] = new JsonArray(),
            ["context_team_id"] = options.TeamId,
            ["updated"] = 1700000000000,
            ["parent_conversation"] = null,
            ["creator"] = "U0MINHO",
            ["is_ext_shared"] = false,
            ["shared_team_ids"] = new JsonArray(options.TeamId),
            ["pending_connected_team_ids"] = new JsonArray(),
            ["is_member"] = Members.Contains(options.BotUserId),
            ["topic"] = new JsonObject { ["value"] = "", ["creator"] = "", ["last_set"] = 0 },
            ["purpose"] = new JsonObject { ["value"] = "", ["creator"] = "", ["last_set"] = 0 },
            ["previous_names"] = new JsonArray(),
        };
        if (withMemberCount)
        {
            channel["num_members"] = Members.Count;
        }
        return channel;
    }
}
