using System.Collections.Immutable;

namespace ChatOps.Slack.Interactions;

/// <summary>The input values of a view or message, by block id and action id.</summary>
public sealed class ViewState
{
    private readonly IReadOnlyDictionary<(string BlockId, string ActionId), StateValue> _values;

    /// <summary>A state of the given values.</summary>
    public ViewState(IReadOnlyDictionary<(string BlockId, string ActionId), StateValue> values) => _values = values;

    /// <summary>No values.</summary>
    public static ViewState Empty { get; } = new(ImmutableDictionary<(string, string), StateValue>.Empty);

    /// <summary>Every value.</summary>
    public IReadOnlyDictionary<(string BlockId, string ActionId), StateValue> Values => _values;

    /// <summary>The value of an element; an empty one when it is not there.</summary>
    public StateValue this[string blockId, string actionId] =>
        _values.TryGetValue((blockId, actionId), out var value) ? value : StateValue.None;

    /// <summary>What was typed; null when nothing.</summary>
    public string? Text(string blockId, string actionId) => this[blockId, actionId].Value;

    /// <summary>The one option chosen; null when none.</summary>
    public SelectedOption? SelectedOption(string blockId, string actionId) => this[blockId, actionId].SelectedOption;

    /// <summary>The options chosen.</summary>
    public IReadOnlyList<SelectedOption> SelectedOptions(string blockId, string actionId) => this[blockId, actionId].SelectedOptions;

    /// <summary>The user chosen; null when none.</summary>
    public string? SelectedUser(string blockId, string actionId) => this[blockId, actionId].SelectedUser;

    /// <summary>The users chosen.</summary>
    public IReadOnlyList<string> SelectedUsers(string blockId, string actionId) => this[blockId, actionId].SelectedUsers;

    /// <summary>The conversation or channel chosen; null when none.</summary>
    public string? SelectedConversation(string blockId, string actionId) => this[blockId, actionId].SelectedConversation;

    /// <summary>The date chosen; null when none.</summary>
    public DateOnly? Date(string blockId, string actionId) => this[blockId, actionId].SelectedDate;

    /// <summary>The time of day chosen; null when none.</summary>
    public TimeOnly? Time(string blockId, string actionId) => this[blockId, actionId].SelectedTime;

    /// <summary>The moment chosen; null when none.</summary>
    public DateTimeOffset? DateTime(string blockId, string actionId) => this[blockId, actionId].SelectedDateTime;
}

/// <summary>What an element holds: only what belongs to its <see cref="Type"/> is set.</summary>
public sealed record StateValue
{
    /// <summary>Nothing chosen or typed.</summary>
    public static StateValue None { get; } = new();

    /// <summary>The element's type: <c>button</c>, <c>static_select</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>A button's value, or what was typed.</summary>
    public string? Value { get; init; }

    /// <summary>The one option chosen.</summary>
    public SelectedOption? SelectedOption { get; init; }

    /// <summary>The options chosen.</summary>
    public IReadOnlyList<SelectedOption> SelectedOptions { get; init; } = [];

    /// <summary>The user chosen.</summary>
    public string? SelectedUser { get; init; }

    /// <summary>The users chosen.</summary>
    public IReadOnlyList<string> SelectedUsers { get; init; } = [];

    /// <summary>The conversation or channel chosen.</summary>
    public string? SelectedConversation { get; init; }

    /// <summary>The conversations or channels chosen.</summary>
    public IReadOnlyList<string> SelectedConversations { get; init; } = [];

    /// <summary>The date chosen.</summary>
    public DateOnly? SelectedDate { get; init; }

    /// <summary>The time of day chosen.</summary>
    public TimeOnly? SelectedTime { get; init; }

    /// <summary>The moment chosen.</summary>
    public DateTimeOffset? SelectedDateTime { get; init; }

    /// <summary>Ids of the files given.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>An option as it was chosen.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Text">What it showed.</param>
public sealed record SelectedOption(string Value, string Text);
