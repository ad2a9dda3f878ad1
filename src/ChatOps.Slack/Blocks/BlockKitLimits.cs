namespace ChatOps.Slack.Blocks;

/// <summary>
/// Slack's limits, enforced in this one place: texts are cut with an ellipsis, and what cannot be cut (ids, values, addresses, counts)
/// is refused with its path. The figures are those of Slack's Block Kit reference; those without a page say so.
/// </summary>
public static class BlockKitLimits
{
    /// <summary>Blocks in a message.</summary>
    public const int MessageBlocks = 50;

    /// <summary>Blocks in a modal or Home tab.</summary>
    public const int ViewBlocks = 100;

    /// <summary>
    /// Characters of a message's <c>text</c>: chat.update refuses more (<c>msg_too_long</c>), and ours must stay changeable.
    /// </summary>
    public const int MessageText = 4000;

    /// <summary>
    /// The weight of a message's blocks together. Slack refuses with <c>msg_blocks_too_long</c> near 13,000 characters, containers counted,
    /// and documents nothing; its maintainers speak of "12,000 text characters with a buffer for block containers".
    /// </summary>
    public const int MessageWeight = 12_000;

    /// <summary>The characters of a table's cells together.</summary>
    public const int TableText = 10_000;

    /// <summary>The text of a section, and of any text object without a limit of its own.</summary>
    public const int SectionText = 3000;

    /// <summary>Block ids, action ids, callback ids and external ids.</summary>
    public const int Id = 255;

    /// <summary>A button's value.</summary>
    public const int ButtonValue = 2000;

    /// <summary>An option's value.</summary>
    public const int OptionValue = 150;

    /// <summary>Titles and buttons of a modal.</summary>
    public const int ViewTitle = 24;

    /// <summary>A message that Slack will take.</summary>
    /// <exception cref="BlockKitException">Something is over its limit and cannot be cut.</exception>
    public static Message Fit(Message message)
    {
        if (string.IsNullOrWhiteSpace(message.Text) && message.Blocks.Count == 0)
        {
            throw new BlockKitException("text", "a message needs a text or blocks.");
        }

        var blocks = FitBlocks(message.Blocks, MessageBlocks, BlockSurface.Message);
        if (message.Metadata is { } metadata)
        {
            Refuse.Unless(
                metadata.EventPayload.ValueKind == System.Text.Json.JsonValueKind.Object, "metadata.event_payload",
                "must be a JSON object.");
            Refuse.Id(metadata.EventType, "metadata.event_type");
        }

        return message with { Text = TextCut.Markup(message.Text, MessageText), Blocks = blocks };
    }

    /// <summary>A modal that Slack will take.</summary>
    /// <exception cref="BlockKitException">Something is over its limit and cannot be cut.</exception>
    public static ModalView Fit(ModalView view)
    {
        FitView(view);
        Refuse.Unless(!string.IsNullOrWhiteSpace(view.Title.Text), "title", "must not be empty.");
        Refuse.Unless(
            view.Submit is not null || !view.Blocks.Any(b => b is InputBlock), "submit", "is needed because there is an input block.");
        return view with
        {
            Title = view.Title with { Text = TextCut.Plain(view.Title.Text, ViewTitle) },
            Submit = Fitter.Label(view.Submit, ViewTitle, "submit"),
            Close = Fitter.Label(view.Close, ViewTitle, "close"),
            Blocks = FitBlocks(view.Blocks, ViewBlocks, BlockSurface.Modal),
        };
    }

    /// <summary>A Home tab that Slack will take.</summary>
    /// <exception cref="BlockKitException">Something is over its limit and cannot be cut.</exception>
    public static HomeView Fit(HomeView view)
    {
        FitView(view);
        return view with { Blocks = FitBlocks(view.Blocks, ViewBlocks, BlockSurface.Home) };
    }

    internal static IReadOnlyList<Option>? FitOptions(IReadOnlyList<Option>? options) =>
        options is null ? null : new Fitter().Options(options, "options", 0, 100);

    internal static IReadOnlyList<OptionGroup>? FitOptionGroups(IReadOnlyList<OptionGroup>? groups) =>
        groups is null ? null : new Fitter().Groups(groups, "option_groups", 0);

    private static void FitView(View view)
    {
        Refuse.OptionalId(view.CallbackId, "callback_id");
        Refuse.OptionalId(view.ExternalId, "external_id");
        Refuse.TooLong(view.PrivateMetadata, Blocks.PrivateMetadata.MaxLength, "private_metadata");
    }

    private static IReadOnlyList<Block> FitBlocks(IReadOnlyList<Block> blocks, int most, BlockSurface surface)
    {
        Refuse.TooMany(blocks.Count, most, "blocks");
        RefuseRepeatedIds(blocks);
        if (Try(blocks, surface, int.MaxValue) is { } whole)
        {
            return whole;
        }

        // Too much together: the longest texts give way first, all down to one common length, the greatest that fits.
        var (least, greatest) = (16, MessageWeight);
        var fitted = Try(blocks, surface, least)
            ?? throw new BlockKitException(
                "blocks",
                $"are too much together even when cut: a message takes about {MessageWeight} characters, a table {TableText}. Split the " +
                $"message.");
        while (least + 1 < greatest)
        {
            var middle = (least + greatest) / 2;
            var tried = Try(blocks, surface, middle);
            (least, greatest, fitted) = tried is null ? (least, middle, fitted) : (middle, greatest, tried);
        }

        return fitted;
    }

    private static IReadOnlyList<Block>? Try(IReadOnlyList<Block> blocks, BlockSurface surface, int cap)
    {
        var fitter = new BlockFitter(cap, surface);
        var fitted = fitter.Fit(blocks);
        return fitter.IsTooMuch ? null : fitted;
    }

    private static void RefuseRepeatedIds(IReadOnlyList<Block> blocks)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].BlockId is { } id && !seen.TryAdd(id, i))
            {
                throw new BlockKitException($"blocks[{i}].block_id", $"'{id}' is the id of blocks[{seen[id]}] too.");
            }
        }
    }
}

/// <summary>Where blocks are shown.</summary>
internal enum BlockSurface
{
    Message,
    Modal,
    Home,
}
