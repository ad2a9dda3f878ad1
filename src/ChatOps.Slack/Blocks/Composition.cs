using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>An item of a menu, of checkboxes or of radio buttons.</summary>
/// <param name="Text">At most 75 characters; markup is for checkboxes and radio buttons only.</param>
/// <param name="Value">What comes back when it is chosen; at most 150 characters.</param>
/// <param name="Description">A second line, at most 75 characters.</param>
public sealed record Option(TextObject Text, string Value, TextObject? Description = null)
{
    /// <summary>Opened when chosen; <see cref="Overflow"/> only, at most 3000 characters.</summary>
    public string? Url { get; init; }
}

/// <summary>Options under a heading, at most 100.</summary>
/// <param name="Label">At most 75 characters.</param>
/// <param name="Options">The options.</param>
public sealed record OptionGroup(PlainText Label, IReadOnlyList<Option> Options);

/// <summary>A question that Slack asks before it sends the action.</summary>
/// <param name="Title">At most 100 characters.</param>
/// <param name="Text">At most 300 characters.</param>
/// <param name="Confirm">The button that goes on, at most 30 characters.</param>
/// <param name="Deny">The button that does not, at most 30 characters.</param>
/// <param name="Style">The colour of the button that goes on.</param>
public sealed record ConfirmationDialog(PlainText Title, TextObject Text, PlainText Confirm, PlainText Deny, ButtonStyle? Style = null);

/// <summary>The colour of a button.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ButtonStyle>))]
public enum ButtonStyle
{
    /// <summary>Green: the one thing to do here.</summary>
    [JsonStringEnumMemberName("primary")] Primary,

    /// <summary>Red: destructive.</summary>
    [JsonStringEnumMemberName("danger")] Danger,
}

/// <summary>When a text input sends a block action.</summary>
/// <param name="TriggerActionsOn"><c>on_enter_pressed</c>, <c>on_character_entered</c> or both.</param>
public sealed record DispatchActionConfig(params IReadOnlyList<string> TriggerActionsOn);

/// <summary>Which conversations a menu lists.</summary>
/// <param name="Include">Of <c>im</c>, <c>mpim</c>, <c>private</c>, <c>public</c>; null for all.</param>
/// <param name="ExcludeExternalSharedChannels">Leave channels shared with other companies out.</param>
/// <param name="ExcludeBotUsers">Leave bots out.</param>
public sealed record ConversationFilter(
    IReadOnlyList<string>? Include = null,
    bool? ExcludeExternalSharedChannels = null,
    bool? ExcludeBotUsers = null);
