using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>One layout block of a message, modal or Home tab. Slack's reference: "Block Kit / Blocks".</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HeaderBlock), "header")]
[JsonDerivedType(typeof(SectionBlock), "section")]
[JsonDerivedType(typeof(ContextBlock), "context")]
[JsonDerivedType(typeof(ActionsBlock), "actions")]
[JsonDerivedType(typeof(DividerBlock), "divider")]
[JsonDerivedType(typeof(ImageBlock), "image")]
[JsonDerivedType(typeof(InputBlock), "input")]
[JsonDerivedType(typeof(RichTextBlock), "rich_text")]
[JsonDerivedType(typeof(TableBlock), "table")]
[JsonDerivedType(typeof(MarkdownBlock), "markdown")]
public abstract record Block
{
    /// <summary>Unique within the message or view, at most 255 characters; Slack invents one when it is null.</summary>
    public string? BlockId { get; init; }
}

/// <summary>A large bold line of plain text, at most 150 characters.</summary>
/// <param name="Text">The line.</param>
public sealed record HeaderBlock(PlainText Text) : Block;

/// <summary>Text, fields in two columns, and one accessory element beside them.</summary>
/// <param name="Text">At most 3000 characters; may be null when there are <see cref="Fields"/>.</param>
public sealed record SectionBlock(TextObject? Text) : Block
{
    /// <summary>A section of fields alone.</summary>
    public static SectionBlock OfFields(params IReadOnlyList<TextObject> fields) => new((TextObject?)null) { Fields = fields };

    /// <summary>At most 10, each at most 2000 characters.</summary>
    public IReadOnlyList<TextObject>? Fields { get; init; }

    /// <summary>An element to the right of the text.</summary>
    public BlockElement? Accessory { get; init; }

    /// <summary>True shows a long text whole, without "see more".</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Expand { get; init; }
}

/// <summary>Small grey texts and images, at most 10.</summary>
/// <param name="Elements">Texts and images.</param>
public sealed record ContextBlock(params IReadOnlyList<IContextElement> Elements) : Block;

/// <summary>A row of buttons, menus and pickers, at most 25.</summary>
/// <param name="Elements">Interactive elements.</param>
public sealed record ActionsBlock(params IReadOnlyList<BlockElement> Elements) : Block;

/// <summary>A horizontal line.</summary>
public sealed record DividerBlock : Block;

/// <summary>A picture by public address or by Slack file.</summary>
/// <param name="AltText">Says what the picture shows; at most 2000 characters.</param>
/// <param name="ImageUrl">Public address, at most 3000 characters; or null with <see cref="SlackFile"/>.</param>
public sealed record ImageBlock(string AltText, string? ImageUrl = null) : Block
{
    /// <summary>A line above the picture, at most 2000 characters.</summary>
    public PlainText? Title { get; init; }

    /// <summary>A file that was uploaded to Slack, instead of <see cref="ImageUrl"/>.</summary>
    public SlackFile? SlackFile { get; init; }
}

/// <summary>A file known to Slack, by id or by its private address: give one of them.</summary>
/// <param name="Id">The file's id.</param>
/// <param name="Url">The file's <c>url_private</c> or permalink.</param>
public sealed record SlackFile(string? Id = null, string? Url = null);

/// <summary>A labelled field of a form.</summary>
/// <param name="Label">At most 2000 characters.</param>
/// <param name="Element">An input, menu or picker.</param>
public sealed record InputBlock(PlainText Label, BlockElement Element) : Block
{
    /// <summary>A note below the field, at most 2000 characters.</summary>
    public PlainText? Hint { get; init; }

    /// <summary>True lets the form be submitted without it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Optional { get; init; }

    /// <summary>True sends a block action whenever the value changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DispatchAction { get; init; }
}

/// <summary>Text in standard Markdown (messages only); all such blocks of a message together at most 12,000 characters.</summary>
/// <param name="Text">Markdown.</param>
public sealed record MarkdownBlock(string Text) : Block;

/// <summary>A table (messages only, one per message): at most 100 rows, 20 columns, 10,000 characters.</summary>
/// <param name="Rows">Rows of cells; the first is the heading.</param>
public sealed record TableBlock(IReadOnlyList<IReadOnlyList<ITableCell>> Rows) : Block
{
    /// <summary>By column from the left; fewer than the columns is allowed.</summary>
    public IReadOnlyList<ColumnSetting>? ColumnSettings { get; init; }
}

/// <summary>How a column of a <see cref="TableBlock"/> is shown.</summary>
/// <param name="Align">Where the text stands; null for left.</param>
/// <param name="IsWrapped">Whether long text wraps.</param>
public sealed record ColumnSetting(ColumnAlign? Align = null, bool? IsWrapped = null);

/// <summary>Where a column's text stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ColumnAlign>))]
public enum ColumnAlign
{
    /// <summary>Left.</summary>
    [JsonStringEnumMemberName("left")] Left,

    /// <summary>Centre.</summary>
    [JsonStringEnumMemberName("center")] Center,

    /// <summary>Right.</summary>
    [JsonStringEnumMemberName("right")] Right,
}

/// <summary>A cell of a <see cref="TableBlock"/>: <see cref="RawText"/> or <see cref="RichTextBlock"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RawText), "raw_text")]
[JsonDerivedType(typeof(RichTextBlock), "rich_text")]
public interface ITableCell;

/// <summary>A table cell of plain text. Slack refuses an empty one.</summary>
/// <param name="Text">What is shown.</param>
public sealed record RawText(string Text) : ITableCell;

/// <summary>What a <see cref="ContextBlock"/> takes: texts and images.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PlainText), "plain_text")]
[JsonDerivedType(typeof(Mrkdwn), "mrkdwn")]
[JsonDerivedType(typeof(ImageElement), "image")]
public interface IContextElement;
