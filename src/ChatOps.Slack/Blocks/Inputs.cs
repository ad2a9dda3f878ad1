using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>A date picker.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record DatePicker(string ActionId) : SelectElement(ActionId)
{
    /// <summary>Chosen at first; written as <c>YYYY-MM-DD</c>.</summary>
    public DateOnly? InitialDate { get; init; }
}

/// <summary>A time-of-day picker.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record TimePicker(string ActionId) : SelectElement(ActionId)
{
    /// <summary>Chosen at first; <c>HH:mm</c>, 24 hours.</summary>
    public string? InitialTime { get; init; }

    /// <summary>IANA zone shown beside it.</summary>
    public string? Timezone { get; init; }
}

/// <summary>A date and time picker; the answer is in Unix seconds.</summary>
/// <param name="ActionId">Names the handler.</param>
public sealed record DateTimePicker(string ActionId) : InteractiveElement(ActionId)
{
    /// <summary>Chosen at first: Unix seconds, 10 digits.</summary>
    public long? InitialDateTime { get; init; }

    /// <summary>Asked first.</summary>
    public ConfirmationDialog? Confirm { get; init; }

    /// <summary>Has the focus when the view opens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FocusOnLoad { get; init; }
}

/// <summary>A field that is typed into.</summary>
/// <param name="ActionId">Names the field in the view's state.</param>
public abstract record TypedInput(string ActionId) : InteractiveElement(ActionId)
{
    /// <summary>Shown while empty; at most 150 characters.</summary>
    public PlainText? Placeholder { get; init; }

    /// <summary>When a change sends a block action; needs <see cref="InputBlock.DispatchAction"/>.</summary>
    public DispatchActionConfig? DispatchActionConfig { get; init; }

    /// <summary>Has the focus when the view opens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FocusOnLoad { get; init; }
}

/// <summary>A text field.</summary>
/// <param name="ActionId">Names the field.</param>
public sealed record PlainTextInput(string ActionId) : TypedInput(ActionId)
{
    /// <summary>Text at first.</summary>
    public string? InitialValue { get; init; }

    /// <summary>Several lines.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Multiline { get; init; }

    /// <summary>Fewest characters, 0 to 3000.</summary>
    public int? MinLength { get; init; }

    /// <summary>Most characters, 1 to 3000.</summary>
    public int? MaxLength { get; init; }
}

/// <summary>A number field.</summary>
/// <param name="ActionId">Names the field.</param>
/// <param name="IsDecimalAllowed">Whether fractions may be typed.</param>
public sealed record NumberInput(string ActionId, bool IsDecimalAllowed = false) : TypedInput(ActionId)
{
    /// <summary>Number at first, as text.</summary>
    public string? InitialValue { get; init; }

    /// <summary>Smallest, as text.</summary>
    public string? MinValue { get; init; }

    /// <summary>Largest, as text.</summary>
    public string? MaxValue { get; init; }
}

/// <summary>An e-mail address field.</summary>
/// <param name="ActionId">Names the field.</param>
public sealed record EmailInput(string ActionId) : TypedInput(ActionId)
{
    /// <summary>Address at first.</summary>
    public string? InitialValue { get; init; }
}

/// <summary>An address (URL) field.</summary>
/// <param name="ActionId">Names the field.</param>
public sealed record UrlInput(string ActionId) : TypedInput(ActionId)
{
    /// <summary>Address at first.</summary>
    public string? InitialValue { get; init; }
}

/// <summary>A field with formatting.</summary>
/// <param name="ActionId">Names the field.</param>
public sealed record RichTextInput(string ActionId) : TypedInput(ActionId)
{
    /// <summary>Text at first.</summary>
    public RichTextBlock? InitialValue { get; init; }
}

/// <summary>A field that takes files (modals only).</summary>
/// <param name="ActionId">Names the field.</param>
public sealed record FileInput(string ActionId) : InteractiveElement(ActionId)
{
    /// <summary>Extensions without a dot; null for all.</summary>
    public IReadOnlyList<string>? Filetypes { get; init; }

    /// <summary>How many, 1 to 10; Slack's default is 10.</summary>
    public int? MaxFiles { get; init; }
}
