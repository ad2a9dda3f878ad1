using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>A menu.</summary>
/// <param name="ActionId">Names the handler.</param>
public abstract record SelectElement(string ActionId) : InteractiveElement(ActionId)
{
    /// <summary>Shown before anything is chosen; at most 150 characters.</summary>
    public PlainText? Placeholder { get; init; }

    /// <summary>Asked first.</summary>
    public ConfirmationDialog? Confirm { get; init; }

    /// <summary>Has the focus when the view opens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FocusOnLoad { get; init; }
}

/// <summary>A menu from which several are chosen.</summary>
/// <param name="ActionId">Names the handler.</param>
public abstract record MultiSelectElement(string ActionId) : SelectElement(ActionId)
{
    /// <summary>How many at most; at least 1.</summary>
    public int? MaxSelectedItems { get; init; }
}

/// <summary>A menu of fixed options (at most 100) or groups (at most 100): give one of them.</summary>
/// <param name="ActionId">Names the handler.</param>
/// <param name="Options">The options.</param>
public sealed record StaticSelect(string ActionId, IReadOnlyList<Option>? Options = null) : SelectElement(ActionId)
{
    /// <summary>Groups instead of <see cref="Options"/>.</summary>
    public IReadOnlyList<OptionGroup>? OptionGroups { get; init; }

    /// <summary>Chosen at first; must be one of the options.</summary>
    public Option? InitialOption { get; init; }
}

/// <summary>A menu whose options an options handler gives while the user types.</summary>
/// <param name="ActionId">Names the handlers.</param>
public sealed record ExternalSelect(string ActionId) : SelectElement(ActionId)
{
    /// <summary>Chosen at first.</summary>
    public Option? InitialOption { get; init; }

    /// <summary>How many characters before the handler is asked; Slack's default is 3.</summary>
    public int? MinQueryLength { get; init; }
}

/// <summary>A menu of the workspace's users.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record UsersSelect(string ActionId) : SelectElement(ActionId)
{
    /// <summary>Chosen at first: a user id.</summary>
    public string? InitialUser { get; init; }
}

/// <summary>A menu of conversations that the user sees.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record ConversationsSelect(string ActionId) : SelectElement(ActionId)
{
    /// <summary>Chosen at first: a conversation id.</summary>
    public string? InitialConversation { get; init; }

    /// <summary>Start with the conversation the user is in.</summary>
    public bool? DefaultToCurrentConversation { get; init; }

    /// <summary>Modals only: a response_url for the chosen conversation comes with the submission.</summary>
    public bool? ResponseUrlEnabled { get; init; }

    /// <summary>Which conversations.</summary>
    public ConversationFilter? Filter { get; init; }
}

/// <summary>A menu of public channels.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record ChannelsSelect(string ActionId) : SelectElement(ActionId)
{
    /// <summary>Chosen at first: a channel id.</summary>
    public string? InitialChannel { get; init; }

    /// <summary>Modals only: a response_url for the chosen channel comes with the submission.</summary>
    public bool? ResponseUrlEnabled { get; init; }
}

/// <summary><see cref="StaticSelect"/> for several.</summary>
/// <param name="ActionId">Names the handler.</param>
/// <param name="Options">The options.</param>
public sealed record MultiStaticSelect(string ActionId, IReadOnlyList<Option>? Options = null) : MultiSelectElement(ActionId)
{
    /// <summary>Groups instead of <see cref="Options"/>.</summary>
    public IReadOnlyList<OptionGroup>? OptionGroups { get; init; }

    /// <summary>Chosen at first.</summary>
    public IReadOnlyList<Option>? InitialOptions { get; init; }
}

/// <summary><see cref="ExternalSelect"/> for several.</summary>
/// <param name="ActionId">Names the handlers.</param>
public sealed record MultiExternalSelect(string ActionId) : MultiSelectElement(ActionId)
{
    /// <summary>Chosen at first.</summary>
    public IReadOnlyList<Option>? InitialOptions { get; init; }

    /// <summary>How many characters before the handler is asked; Slack's default is 3.</summary>
    public int? MinQueryLength { get; init; }
}

/// <summary><see cref="UsersSelect"/> for several.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record MultiUsersSelect(string ActionId) : MultiSelectElement(ActionId)
{
    /// <summary>Chosen at first: user ids.</summary>
    public IReadOnlyList<string>? InitialUsers { get; init; }
}

/// <summary><see cref="ConversationsSelect"/> for several.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record MultiConversationsSelect(string ActionId) : MultiSelectElement(ActionId)
{
    /// <summary>Chosen at first: conversation ids.</summary>
    public IReadOnlyList<string>? InitialConversations { get; init; }

    /// <summary>Start with the conversation the user is in.</summary>
    public bool? DefaultToCurrentConversation { get; init; }

    /// <summary>Which conversations.</summary>
    public ConversationFilter? Filter { get; init; }
}

/// <summary><see cref="ChannelsSelect"/> for several.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record MultiChannelsSelect(string ActionId) : MultiSelectElement(ActionId)
{
    /// <summary>Chosen at first: channel ids.</summary>
    public IReadOnlyList<string>? InitialChannels { get; init; }
}
