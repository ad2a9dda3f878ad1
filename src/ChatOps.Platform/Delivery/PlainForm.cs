using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Delivery;

/// <summary>What a message leaves out because Slack did not take it whole. Stored as a number: the values are fixed.</summary>
[Flags]
internal enum PlainForm
{
    /// <summary>Nothing.</summary>
    Whole = 0,

    /// <summary>Its pictures.</summary>
    NoPictures = 1,

    /// <summary>Its blocks: the text of the notification alone.</summary>
    NoBlocks = 2,

    /// <summary>All but the first few hundred characters of the text.</summary>
    Short = 4,

    /// <summary>The metadata by which it is found again.</summary>
    NoMetadata = 8,

    /// <summary>Its thread: the line stands in the channel, below what it is about.</summary>
    NoThread = 16,
}

/// <summary>Makes messages plainer, by degrees.</summary>
internal static class PlainForms
{
    private const int ShortText = 500;

    /// <summary>The next plainer form; null when there is none.</summary>
    /// <param name="form">The form that was refused.</param>
    /// <param name="remedy">What the refusal names; <see cref="PlainForm.Whole"/> for nothing.</param>
    /// <param name="message">The message, whole: what it has not got cannot be left out.</param>
    /// <param name="inThread">Whether it is a line of a thread.</param>
    public static PlainForm? Plainer(PlainForm form, PlainForm remedy, Message message, bool inThread)
    {
        var possible = PlainForm.Short | PlainForm.NoMetadata;
        if (message.Blocks.Any(HasPicture)) possible |= PlainForm.NoPictures;
        if (message.Blocks.Count > 0) possible |= PlainForm.NoBlocks;
        if (inThread) possible |= PlainForm.NoThread;
        var next = form | (remedy & possible);
        if (next != form) return next;
        foreach (var step in (ReadOnlySpan<PlainForm>)
            [PlainForm.NoPictures, PlainForm.NoBlocks, PlainForm.Short, PlainForm.NoMetadata, PlainForm.NoThread])
        {
            if ((possible & step) != 0 && (form & step) == 0) return form | step;
        }

        return null;
    }

    /// <summary>The message in a form. <see cref="PlainForm.NoThread"/> is the caller's.</summary>
    public static Message Apply(Message message, PlainForm form)
    {
        if (form.HasFlag(PlainForm.NoBlocks)) message = message with { Blocks = [] };
        else if (form.HasFlag(PlainForm.NoPictures))
            message = message with { Blocks = [.. message.Blocks.Select(WithoutPicture).OfType<Block>()] };
        if (form.HasFlag(PlainForm.Short)) message = message with { Text = TextCut.Markup(message.Text, ShortText) };
        return form.HasFlag(PlainForm.NoMetadata) ? message with { Metadata = null } : message;
    }

    private static bool HasPicture(Block block) => !Equals(WithoutPicture(block), block);

    private static Block? WithoutPicture(Block block) => block switch
    {
        ImageBlock => null,
        SectionBlock { Accessory: ImageElement } section => section with { Accessory = null },
        ContextBlock context when context.Elements.Any(element => element is ImageElement) =>
            context.Elements.Where(element => element is not ImageElement).ToList() is { Count: > 0 } texts
                ? context with { Elements = texts }
                : null,
        _ => block,
    };
}
