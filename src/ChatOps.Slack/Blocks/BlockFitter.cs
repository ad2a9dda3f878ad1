namespace ChatOps.Slack.Blocks;

/// <summary>Fits whole blocks, and weighs them.</summary>
/// <param name="cap">No text is longer than this.</param>
/// <param name="surface">Where they are shown: some blocks have no place there.</param>
internal sealed class BlockFitter(int cap, BlockSurface surface) : Fitter(cap)
{
    private int _markdown;
    private int _tables;
    private int _table;

    /// <summary>What was fitted is more than Slack takes together. Views have no such limit.</summary>
    public bool IsTooMuch =>
        surface == BlockSurface.Message && (Weight > BlockKitLimits.MessageWeight || _table > BlockKitLimits.TableText);

    public IReadOnlyList<Block> Fit(IReadOnlyList<Block> blocks) => Each(blocks, "blocks", Fit);

    private Block Fit(Block block, string path)
    {
        Weight += 30;
        Refuse.OptionalId(block.BlockId, $"{path}.block_id");
        return block switch
        {
            HeaderBlock header => header with { Text = Plain(header.Text, 150, $"{path}.text")! },
            SectionBlock section => FitSection(section, path),
            ContextBlock context => FitContext(context, path),
            ActionsBlock actions => FitActions(actions, path),
            ImageBlock image => FitImage(image, path),
            InputBlock input => FitInput(input, path),
            RichTextBlock rich => FitRichText(rich, path),
            TableBlock table => FitTable(table, path),
            MarkdownBlock markdown => FitMarkdown(markdown, path),
            _ => block,
        };
    }

    private SectionBlock FitSection(SectionBlock section, string path)
    {
        Refuse.Unless(section.Text is not null || section.Fields is { Count: > 0 }, path, "needs a text or fields.");
        if (section.Fields is { } fields)
        {
            Refuse.NoneOrTooMany(fields.Count, 10, $"{path}.fields");
        }

        return section with
        {
            Text = section.Text is null ? null : Text(section.Text, BlockKitLimits.SectionText, $"{path}.text"),
            Fields = section.Fields is null ? null : Each(section.Fields, $"{path}.fields", (field, at) => Text(field, 2000, at)),
            Accessory = section.Accessory is null ? null : Element(section.Accessory, $"{path}.accessory"),
        };
    }

    private ContextBlock FitContext(ContextBlock context, string path)
    {
        Refuse.NoneOrTooMany(context.Elements.Count, 10, $"{path}.elements");
        return context with
        {
            Elements = Each<IContextElement>(context.Elements, $"{path}.elements", (element, at) => element switch
            {
                TextObject text => Text(text, BlockKitLimits.SectionText, at),
                ImageElement image => FitImage(image, at),
                _ => element,
            }),
        };
    }

    private ActionsBlock FitActions(ActionsBlock actions, string path)
    {
        Refuse.NoneOrTooMany(actions.Elements.Count, 25, $"{path}.elements");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return actions with
        {
            Elements = Each(actions.Elements, $"{path}.elements", (element, at) =>
            {
                Refuse.Unless(
                    element is InteractiveElement and not TypedInput and not FileInput, at,
                    $"a {element.GetType().Name} has no place among actions.");
                Refuse.Unless(ids.Add(((InteractiveElement)element).ActionId), $"{at}.action_id", "is there twice in this block.");
                return Element(element, at);
            }),
        };
    }

    private ImageBlock FitImage(ImageBlock image, string path)
    {
        Address(image.ImageUrl, image.SlackFile, path);
        Refuse.Unless(image.AltText.Length > 0, $"{path}.alt_text", "must not be empty.");
        return image with { AltText = RawText(image.AltText, 2000), Title = Plain(image.Title, 2000, $"{path}.title") };
    }

    private InputBlock FitInput(InputBlock input, string path)
    {
        Refuse.Unless(
            input.Element is InteractiveElement and not Button and not Overflow, $"{path}.element",
            $"a {input.Element.GetType().Name} takes no input.");
        return input with
        {
            Label = Plain(input.Label, 2000, $"{path}.label")!,
            Hint = Plain(input.Hint, 2000, $"{path}.hint"),
            Element = Element(input.Element, $"{path}.element"),
        };
    }

    private MarkdownBlock FitMarkdown(MarkdownBlock markdown, string path)
    {
        OnlyInMessages(path, "markdown");
        Refuse.Unless(_markdown < 12_000, path, "markdown blocks have 12,000 characters together, and those before took them all.");
        var text = RawText(markdown.Text, 12_000 - _markdown);
        _markdown += text.Length;
        return markdown with { Text = text };
    }

    private TableBlock FitTable(TableBlock table, string path)
    {
        OnlyInMessages(path, "table");
        Refuse.Unless(++_tables == 1, path, "a message has one table at most.");
        Refuse.NoneOrTooMany(table.Rows.Count, 100, $"{path}.rows");
        Refuse.TooMany(table.ColumnSettings?.Count ?? 0, 20, $"{path}.column_settings");
        var before = Weight;
        var fitted = table with
        {
            Rows = Each(table.Rows, $"{path}.rows", (row, at) =>
            {
                Refuse.NoneOrTooMany(row.Count, 20, at);
                return Each<ITableCell>(row, at, (cell, place) =>
                {
                    if (cell is RichTextBlock rich)
                    {
                        return FitRichText(rich, place);
                    }

                    var text = ((RawText)cell).Text;
                    Refuse.Unless(text.Length > 0, $"{place}.text", "must not be empty; write a dash.");
                    return new RawText(RawText(text, BlockKitLimits.SectionText));
                });
            }),
        };
        _table = Weight - before;
        return fitted;
    }

    private RichTextBlock FitRichText(RichTextBlock rich, string path)
    {
        Refuse.Unless(rich.Elements.Count > 0, $"{path}.elements", "must not be empty.");
        return rich with { Elements = Each(rich.Elements, $"{path}.elements", FitPart) };
    }

    private RichTextPart FitPart(RichTextPart part, string path)
    {
        Weight += 40;
        switch (part)
        {
            case RichTextSection section:
                return section with { Elements = Each(section.Elements, $"{path}.elements", FitInline) };
            case RichTextPreformatted code:
                return code with { Elements = Each(code.Elements, $"{path}.elements", FitInline) };
            case RichTextQuote quote:
                return quote with { Elements = Each(quote.Elements, $"{path}.elements", FitInline) };
            case RichTextList list:
                Refuse.Unless(list.Indent is null or (>= 0 and <= 8), $"{path}.indent", "must be 0 to 8.");
                return list with { Elements = Each(list.Elements, $"{path}.elements", (item, at) => (RichTextSection)FitPart(item, at)) };
            default:
                return part;
        }
    }

    private RichTextInline FitInline(RichTextInline inline, string path)
    {
        Weight += 25;
        switch (inline)
        {
            case RichText text:
                Refuse.Unless(text.Text.Length > 0, $"{path}.text", "must not be empty.");
                return text with { Text = RawText(text.Text, BlockKitLimits.SectionText) };
            case RichTextLink link:
                Refuse.TooLong(link.Url, 3000, $"{path}.url");
                Weight += link.Url.Length;
                return link with { Text = link.Text is null ? null : RawText(link.Text, BlockKitLimits.SectionText) };
            default:
                return inline;
        }
    }

    private void OnlyInMessages(string path, string what) =>
        Refuse.Unless(surface == BlockSurface.Message, path, $"a {what} block has its place in messages only.");
}
