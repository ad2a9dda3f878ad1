using System.Text.Json.Serialization;

namespace ChatOps.Slack.Blocks;

/// <summary>A text composition object: <see cref="PlainText"/> or <see cref="Mrkdwn"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PlainText), "plain_text")]
[JsonDerivedType(typeof(Mrkdwn), "mrkdwn")]
public abstract record TextObject : IContextElement
{
    /// <summary>The text. In <see cref="Mrkdwn"/> it is markup: escape what comes from outside with <see cref="Mrkdwn.Escape"/>.</summary>
    public abstract string Text { get; init; }

    /// <summary>A string where a text object is asked is plain text: the form that cannot be abused.</summary>
    public static implicit operator TextObject(string text) => new PlainText(text);
}

/// <summary>Text without markup.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Emoji">Whether <c>:name:</c> is shown as an emoji.</param>
// Not sealed: a property declared as PlainText must still write its "type", which System.Text.Json refuses for sealed types.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PlainText), "plain_text")]
public record PlainText(string Text, bool Emoji = true) : TextObject
{
    /// <inheritdoc/>
    public override string Text { get; init; } = Text;

    /// <summary>Plain text of a string.</summary>
    public static implicit operator PlainText(string text) => new(text);
}

/// <summary>Text in Slack's markup.</summary>
/// <param name="Text">Markup; texts from outside must have gone through <see cref="Escape"/>.</param>
/// <param name="Verbatim">True stops Slack from turning bare URLs, channel names and mentions into links.</param>
public sealed partial record Mrkdwn(
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Verbatim = false) : TextObject
{
    /// <inheritdoc/>
    public override string Text { get; init; } = Text;
}
