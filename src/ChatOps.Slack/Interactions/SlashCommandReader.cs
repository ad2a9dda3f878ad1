using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interactions;

/// <summary>Reads a slash command from its form.</summary>
internal static class SlashCommandReader
{
    /// <summary>False when it is no slash command: the form is broken, or the command or user is missing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> form, out SlashCommand? command)
    {
        command = null;
        string? name = null, user = null, enterprise = null, app = null;
        string text = "", userName = "", team = "", channel = "", channelName = "", trigger = "", responseUrl = "";
        var fields = new FormReader(form);
        while (fields.Next())
        {
            var right = fields.Name switch
            {
                var n when n.SequenceEqual("command"u8) => FormReader.TryText(fields.RawValue, out name),
                var n when n.SequenceEqual("text"u8) => FormReader.TryText(fields.RawValue, out text),
                var n when n.SequenceEqual("user_id"u8) => FormReader.TryText(fields.RawValue, out user),
                var n when n.SequenceEqual("user_name"u8) => FormReader.TryText(fields.RawValue, out userName),
                var n when n.SequenceEqual("team_id"u8) => FormReader.TryText(fields.RawValue, out team),
                var n when n.SequenceEqual("enterprise_id"u8) => FormReader.TryText(fields.RawValue, out enterprise),
                var n when n.SequenceEqual("api_app_id"u8) => FormReader.TryText(fields.RawValue, out app),
                var n when n.SequenceEqual("channel_id"u8) => FormReader.TryText(fields.RawValue, out channel),
                var n when n.SequenceEqual("channel_name"u8) => FormReader.TryText(fields.RawValue, out channelName),
                var n when n.SequenceEqual("trigger_id"u8) => FormReader.TryText(fields.RawValue, out trigger),
                var n when n.SequenceEqual("response_url"u8) => FormReader.TryText(fields.RawValue, out responseUrl),
                _ => true,
            };
            if (!right)
            {
                return false;
            }
        }

        command = Make(name, text, user, userName, team, enterprise, channel, channelName, trigger, responseUrl) is { } made
            ? made with { AppId = app }
            : null;
        return command is not null;
    }

    /// <summary>The same from the JSON of a socket.</summary>
    public static bool TryRead(JsonElement payload, out SlashCommand? command)
    {
        string Field(string name) => payload.Text(name) ?? "";
        command = Make(
            Field("command"), Field("text"), Field("user_id"), Field("user_name"), Field("team_id"), Field("enterprise_id"),
            Field("channel_id"), Field("channel_name"), Field("trigger_id"), Field("response_url"));
        if (command is not null) command = command with { AppId = payload.Text("api_app_id") };
        return command is not null;
    }

    private static SlashCommand? Make(
        string? name, string text, string? user, string userName, string team, string? enterprise, string channel, string channelName,
        string trigger, string responseUrl) =>
        string.IsNullOrEmpty(name) || string.IsNullOrEmpty(user)
            ? null
            : new SlashCommand
            {
                Command = name,
                // Slack escapes what was typed; here it is read back, once for all commands.
                Text = Mrkdwn.Unescape(text),
                UserId = user,
                UserName = userName,
                TeamId = team,
                EnterpriseId = string.IsNullOrEmpty(enterprise) ? null : enterprise,
                ChannelId = channel,
                ChannelName = channelName,
                TriggerId = trigger,
                ResponseUrl = responseUrl,
            };
}
