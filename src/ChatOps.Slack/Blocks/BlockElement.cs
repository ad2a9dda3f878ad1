using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>An element inside a block. Slack's reference: "Block Kit / Block elements".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Button), "button")]
[JsonDerivedType(typeof(StaticSelect), "static_select")]
[JsonDerivedType(typeof(ExternalSelect), "external_select")]
[JsonDerivedType(typeof(UsersSelect), "users_select")]
[JsonDerivedType(typeof(ConversationsSelect), "conversations_select")]
[JsonDerivedType(typeof(ChannelsSelect), "channels_select")]
[JsonDerivedType(typeof(MultiStaticSelect), "multi_static_select")]
[JsonDerivedType(typeof(MultiExternalSelect), "multi_external_select")]
[JsonDerivedType(typeof(MultiUsersSelect), "multi_users_select")]
[JsonDerivedType(typeof(MultiConversationsSelect), "multi_conversations_select")]
[JsonDerivedType(typeof(MultiChannelsSelect), "multi_channels_select")]
[JsonDerivedType(typeof(Overflow), "overflow")]
[JsonDerivedType(typeof(DatePicker), "datepicker")]
[JsonDerivedType(typeof(TimePicker), "timepicker")]
[JsonDerivedType(typeof(DateTimePicker), "datetimepicker")]
[JsonDerivedType(typeof(Checkboxes), "checkboxes")]
[JsonDerivedType(typeof(RadioButtons), "radio_buttons")]
[JsonDerivedType(typeof(PlainTextInput), "plain_text_input")]
[JsonDerivedType(typeof(NumberInput), "number_input")]
[JsonDerivedType(typeof(EmailInput), "email_text_input")]
[JsonDerivedType(typeof(UrlInput), "url_text_input")]
[JsonDerivedType(typeof(RichTextInput), "rich_text_input")]
[JsonDerivedType(typeof(FileInput), "file_input")]
[JsonDerivedType(typeof(ImageElement), "image")]
public abstract record BlockElement;

/// <summary>A small picture beside a section or in a context block.</summary>
/// <param name="AltText">Says what the picture shows.</param>
/// <param name="ImageUrl">Public address; or null with <see cref="SlackFile"/>.</param>
public sealed record ImageElement(string AltText, string? ImageUrl = null) : BlockElement, IContextElement
{
    /// <summary>A file that was uploaded to Slack, instead of <see cref="ImageUrl"/>.</summary>
    public SlackFile? SlackFile { get; init; }
}

/// <summary>An element whose use is sent to the app.</summary>
/// <param name="ActionId">Names the handler; unique within its block, at most 255 characters.</param>
public abstract record InteractiveElement(string ActionId) : BlockElement;

/// <summary>A button.</summary>
/// <param name="ActionId">Names the handler.</param>
/// <param name="Text">At most 75 characters.</param>
/// <param name="Value">Comes back with the click; at most 2000 characters.</param>
/// <param name="Url">Opened in the browser besides the action; at most 3000 characters.</param>
/// <param name="Style">Its colour.</param>
/// <param name="Confirm">Asked first.</param>
/// <param name="AccessibilityLabel">Read out instead of the text; at most 75 characters.</param>
public sealed record Button(
    string ActionId,
    PlainText Text,
    string? Value = null,
    string? Url = null,
    ButtonStyle? Style = null,
    ConfirmationDialog? Confirm = null,
    string? AccessibilityLabel = null) : InteractiveElement(ActionId);

/// <summary>A "…" menu of at most 5 options.</summary>
/// <param name="ActionId">Names the handler.</param>
/// <param name="Options">The options.</param>
public sealed record Overflow(string ActionId, IReadOnlyList<Option> Options) : InteractiveElement(ActionId)
{
    /// <summary>Asked first.</summary>
    public ConfirmationDialog? Confirm { get; init; }
}

/// <summary>Boxes to tick, at most 10.</summary>
/// <param name="ActionId">Names the handler.</param>
/// <param name="Options">The options.</param>
public sealed record Checkboxes(string ActionId, IReadOnlyList<Option> Options) : InteractiveElement(ActionId)
{
    /// <summary>Ticked at first; null when none.</summary>
    public IReadOnlyList<Option>? InitialOptions { get; init; }

    /// <summary>Asked first.</summary>
    public ConfirmationDialog? Confirm { get; init; }

    /// <summary>Has the focus when the view opens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FocusOnLoad { get; init; }
}

/// <summary>Choices of which one is taken, at most 10.</summary>
/// <param name="ActionId">Names the handler.</param>
/// <param name="Options">The options.</param>
public sealed record RadioButtons(string ActionId, IReadOnlyList<Option> Options) : InteractiveElement(ActionId)
{
    /// <summary>Chosen at first.</summary>
    public Option? InitialOption { get; init; }

    /// <summary>Asked first.</summary>
    public ConfirmationDialog? Confirm { get; init; }

    /// <summary>Has the focus when the view opens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FocusOnLoad { get; init; }
}
