using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interactions;

/// <summary>What every interaction says about who did it and where.</summary>
public abstract record InteractionRequest
{
    /// <summary>Who did it.</summary>
    public required string UserId { get; init; }

    /// <summary>The name of who did it; not an identity.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The workspace; that of the user where the app is installed for a whole organisation.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>The organisation, when there is one.</summary>
    public string? EnterpriseId { get; init; }

    /// <summary>The workspace that the user belongs to, when Slack says it.</summary>
    public string? UserTeamId { get; init; }

    /// <summary>The app that Slack sent it to.</summary>
    public string? AppId { get; init; }

    /// <summary>The channel it happened in; null in modals and on the Home tab.</summary>
    public string? ChannelId { get; init; }

    /// <summary>Opens one view within three seconds; null where Slack gives none.</summary>
    public string? TriggerId { get; init; }

    /// <summary>Takes up to five answers within half an hour; null in views.</summary>
    public string? ResponseUrl { get; init; }
}

/// <summary>A button clicked, an option chosen, a date picked.</summary>
public sealed record BlockActionRequest : InteractionRequest
{
    /// <summary>The element's <c>action_id</c>.</summary>
    public required string ActionId { get; init; }

    /// <summary>The block the element is in.</summary>
    public string BlockId { get; init; } = "";

    /// <summary>When it was clicked, as Slack counts; with <see cref="ActionId"/> it identifies the click.</summary>
    public string ActionTs { get; init; } = "";

    /// <summary>What was chosen or typed.</summary>
    public required StateValue Action { get; init; }

    /// <summary>The button's value, or what was typed.</summary>
    public string? Value => Action.Value;

    /// <summary>The one option chosen.</summary>
    public SelectedOption? SelectedOption => Action.SelectedOption;

    /// <summary>The options chosen.</summary>
    public IReadOnlyList<SelectedOption> SelectedOptions => Action.SelectedOptions;

    /// <summary>The user chosen.</summary>
    public string? SelectedUser => Action.SelectedUser;

    /// <summary>The conversation or channel chosen.</summary>
    public string? SelectedConversation => Action.SelectedConversation;

    /// <summary>The date chosen.</summary>
    public DateOnly? SelectedDate => Action.SelectedDate;

    /// <summary>The message it is in; null in views.</summary>
    public MessageContainer? Message { get; init; }

    /// <summary>The view it is in; null in messages.</summary>
    public ViewInfo? View { get; init; }

    /// <summary>All input values of the message or view.</summary>
    public ViewState State { get; init; } = ViewState.Empty;
}

/// <summary>The message an element is in.</summary>
/// <param name="ChannelId">Its channel.</param>
/// <param name="Ts">Its timestamp, which is its id in the channel.</param>
/// <param name="ThreadTs">The thread it is in; null when in none.</param>
/// <param name="IsEphemeral">Only the user sees it; it can be changed by response_url alone.</param>
/// <param name="Text">Its text, when Slack sent it.</param>
/// <param name="Metadata">Its metadata, when Slack sent it.</param>
public sealed record MessageContainer(
    string ChannelId, string Ts, string? ThreadTs = null, bool IsEphemeral = false, string? Text = null, MessageMetadata? Metadata = null);

/// <summary>A view as Slack holds it.</summary>
public sealed record ViewInfo
{
    /// <summary>The view's id.</summary>
    public required string Id { get; init; }

    /// <summary>Changes with every update; pass it to update only what was seen.</summary>
    public string Hash { get; init; } = "";

    /// <summary><c>modal</c> or <c>home</c>.</summary>
    public string Type { get; init; } = "modal";

    /// <summary>Names the handler.</summary>
    public string CallbackId { get; init; } = "";

    /// <summary>What we gave along; read it with <see cref="Blocks.PrivateMetadata"/>.</summary>
    public string PrivateMetadata { get; init; } = "";

    /// <summary>The bottom view of the stack.</summary>
    public string? RootViewId { get; init; }

    /// <summary>The view below in the stack.</summary>
    public string? PreviousViewId { get; init; }

    /// <summary>Our own name for the view.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Ids of its input blocks, in order: where errors can be shown.</summary>
    public IReadOnlyList<string> InputBlockIds { get; init; } = [];

    /// <summary>Its input values.</summary>
    public ViewState State { get; init; } = ViewState.Empty;
}

/// <summary>A submitted modal.</summary>
public sealed record ViewSubmission : InteractionRequest
{
    /// <summary>The view.</summary>
    public required ViewInfo View { get; init; }

    /// <summary>Names the handler.</summary>
    public string CallbackId => View.CallbackId;

    /// <summary>What we gave along.</summary>
    public string PrivateMetadata => View.PrivateMetadata;

    /// <summary>The values typed and chosen.</summary>
    public ViewState State => View.State;

    /// <summary>One per menu with <c>response_url_enabled</c>: where to answer in the chosen conversation.</summary>
    public IReadOnlyList<string> ResponseUrls { get; init; } = [];
}

/// <summary>A modal closed by its user.</summary>
public sealed record ViewClosed : InteractionRequest
{
    /// <summary>The view.</summary>
    public required ViewInfo View { get; init; }

    /// <summary>True when the whole stack was closed.</summary>
    public bool IsCleared { get; init; }
}

/// <summary>A request for the options of an external menu.</summary>
public sealed record BlockOptionsRequest : InteractionRequest
{
    /// <summary>The menu's <c>action_id</c>.</summary>
    public required string ActionId { get; init; }

    /// <summary>The block the menu is in.</summary>
    public string BlockId { get; init; } = "";

    /// <summary>What was typed so far.</summary>
    public string Query { get; init; } = "";

    /// <summary>The view the menu is in; null in messages.</summary>
    public ViewInfo? View { get; init; }

    /// <summary>The message the menu is in; null in views.</summary>
    public MessageContainer? Message { get; init; }
}

/// <summary>A shortcut used.</summary>
public sealed record ShortcutRequest : InteractionRequest
{
    /// <summary>Names the handler.</summary>
    public required string CallbackId { get; init; }

    /// <summary>When, as Slack counts.</summary>
    public string ActionTs { get; init; } = "";

    /// <summary>The message it was used on; null for a global shortcut.</summary>
    public MessageContainer? Message { get; init; }
}

/// <summary>An event of the Events API.</summary>
public sealed record EventRequest
{
    /// <summary>Unique; the same when Slack repeats the event.</summary>
    public required string EventId { get; init; }

    /// <summary>The inner event's type.</summary>
    public required string Type { get; init; }

    /// <summary>The inner event's subtype: <c>bot_message</c>, <c>message_changed</c>; null for the plain kind.</summary>
    public string? Subtype => Text("subtype");

    /// <summary>The workspace.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>The organisation, when there is one.</summary>
    public string? EnterpriseId { get; init; }

    /// <summary>The app that Slack sent it to.</summary>
    public string? AppId { get; init; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The inner event as sent.</summary>
    public required JsonElement Event { get; init; }

    /// <summary>Who caused it; null when nobody did.</summary>
    public string? UserId => Text("user");

    /// <summary>Set when a bot wrote the message: ours too.</summary>
    public string? BotId => Text("bot_id");

    /// <summary>The channel; null when there is none.</summary>
    public string? ChannelId => Text("channel");

    /// <summary>The message's text as Slack's markup; empty when there is none.</summary>
    public string MessageText => Text("text") ?? "";

    /// <summary>The message's timestamp.</summary>
    public string? Ts => Text("ts");

    /// <summary>The thread the message is in; null when in none.</summary>
    public string? ThreadTs => Text("thread_ts");

    /// <summary>The tab of <c>app_home_opened</c>: <c>home</c> or <c>messages</c>.</summary>
    public string? Tab => Text("tab");

    /// <summary>A text of the inner event; null when it is not there.</summary>
    public string? Text(string name) =>
        Event.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
