using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>Formatted text as a tree: nothing in it needs escaping.</summary>
/// <param name="Elements">Sections, lists, quotes and preformatted parts.</param>
// Not sealed: see PlainText.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RichTextBlock), "rich_text")]
public record RichTextBlock(params IReadOnlyList<RichTextPart> Elements) : Block, ITableCell;

/// <summary>A paragraph-like part of a <see cref="RichTextBlock"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RichTextSection), "rich_text_section")]
[JsonDerivedType(typeof(RichTextList), "rich_text_list")]
[JsonDerivedType(typeof(RichTextPreformatted), "rich_text_preformatted")]
[JsonDerivedType(typeof(RichTextQuote), "rich_text_quote")]
public abstract record RichTextPart;

/// <summary>A run of inline pieces.</summary>
/// <param name="Elements">The pieces.</param>
// Not sealed: see PlainText.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RichTextSection), "rich_text_section")]
public record RichTextSection(params IReadOnlyList<RichTextInline> Elements) : RichTextPart;

/// <summary>A bulleted or numbered list.</summary>
/// <param name="Style">Bullets or numbers.</param>
/// <param name="Elements">One section per item.</param>
public sealed record RichTextList(RichTextListStyle Style, params IReadOnlyList<RichTextSection> Elements) : RichTextPart
{
    /// <summary>Depth, from 0 to 8.</summary>
    public int? Indent { get; init; }

    /// <summary>How many numbers to skip at the start.</summary>
    public int? Offset { get; init; }
}

/// <summary>How a list is marked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RichTextListStyle>))]
public enum RichTextListStyle
{
    /// <summary>Bullets.</summary>
    [JsonStringEnumMemberName("bullet")] Bullet,

    /// <summary>Numbers.</summary>
    [JsonStringEnumMemberName("ordered")] Ordered,
}

/// <summary>A code block.</summary>
/// <param name="Elements">Texts and links.</param>
public sealed record RichTextPreformatted(params IReadOnlyList<RichTextInline> Elements) : RichTextPart;

/// <summary>A quotation.</summary>
/// <param name="Elements">The pieces.</param>
public sealed record RichTextQuote(params IReadOnlyList<RichTextInline> Elements) : RichTextPart;

/// <summary>A piece within a rich text part.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RichText), "text")]
[JsonDerivedType(typeof(RichTextLink), "link")]
[JsonDerivedType(typeof(RichTextUser), "user")]
[JsonDerivedType(typeof(RichTextUserGroup), "usergroup")]
[JsonDerivedType(typeof(RichTextChannel), "channel")]
[JsonDerivedType(typeof(RichTextEmoji), "emoji")]
[JsonDerivedType(typeof(RichTextDate), "date")]
[JsonDerivedType(typeof(RichTextBroadcast), "broadcast")]
public abstract record RichTextInline;

/// <summary>Text in one style.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Style">Null for plain.</param>
public sealed record RichText(string Text, RichTextStyle? Style = null) : RichTextInline;

/// <summary>The style of inline text.</summary>
/// <param name="Bold">Bold.</param>
/// <param name="Italic">Italic.</param>
/// <param name="Strike">Struck through.</param>
/// <param name="Code">Monospaced.</param>
public sealed record RichTextStyle(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Bold = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Italic = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Strike = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Code = false);

/// <summary>A link.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Text">What is shown; the address when null.</param>
/// <param name="Style">Null for plain.</param>
public sealed record RichTextLink(string Url, string? Text = null, RichTextStyle? Style = null) : RichTextInline;

/// <summary>A mention of a user.</summary>
/// <param name="UserId">The user's id.</param>
public sealed record RichTextUser(string UserId) : RichTextInline;

/// <summary>A mention of a user group.</summary>
/// <param name="UsergroupId">The group's id.</param>
public sealed record RichTextUserGroup(string UsergroupId) : RichTextInline;

/// <summary>A link to a channel.</summary>
/// <param name="ChannelId">The channel's id.</param>
public sealed record RichTextChannel(string ChannelId) : RichTextInline;

/// <summary>An emoji.</summary>
/// <param name="Name">Its name without colons.</param>
public sealed record RichTextEmoji(string Name) : RichTextInline;

/// <summary>A moment shown in the reader's own zone.</summary>
/// <param name="Timestamp">Unix seconds.</param>
/// <param name="Format">Slack's tokens, such as <c>{date_num} {time_secs}</c>.</param>
/// <param name="Fallback">Shown where the date cannot be.</param>
public sealed record RichTextDate(long Timestamp, string Format, string? Fallback = null) : RichTextInline;

/// <summary>A mention of everyone concerned.</summary>
/// <param name="Range"><c>here</c>, <c>channel</c> or <c>everyone</c>.</param>
public sealed record RichTextBroadcast(string Range) : RichTextInline;
