namespace ChatOps.Slack.Blocks;

/// <summary>Fits texts, options and elements. Texts that may grow are held to <see cref="_cap"/> too, and every text is weighed.</summary>
internal class Fitter(int cap = int.MaxValue)
{
    private readonly int _cap = cap;

    /// <summary>Characters so far, and the containers around them.</summary>
    protected int Weight { get; set; }

    public static PlainText? Label(PlainText? text, int most, string path)
    {
        Refuse.Unless(text is null || !string.IsNullOrWhiteSpace(text.Text), path, "must not be empty.");
        return text is null ? null : text with { Text = TextCut.Plain(text.Text, most) };
    }

    public BlockElement Element(BlockElement element, string path)
    {
        // A container weighs about as much as its JSON keys.
        Weight += 50;
        if (element is InteractiveElement { ActionId: var id })
        {
            Refuse.Id(id, $"{path}.action_id");
        }

        return element switch
        {
            Button button => FitButton(button, path),
            Overflow menu => menu with
            {
                Options = Options(menu.Options, $"{path}.options", 1, 5),
                Confirm = Confirmation(menu.Confirm, $"{path}.confirm"),
            },
            Checkboxes boxes => boxes with
            {
                Options = Options(boxes.Options, $"{path}.options", 1, 10, markup: true),
                InitialOptions = Initial(boxes.InitialOptions, $"{path}.initial_options", markup: true),
                Confirm = Confirmation(boxes.Confirm, $"{path}.confirm"),
            },
            RadioButtons buttons => buttons with
            {
                Options = Options(buttons.Options, $"{path}.options", 1, 10, markup: true),
                InitialOption = Initial(buttons.InitialOption, $"{path}.initial_option", markup: true),
                Confirm = Confirmation(buttons.Confirm, $"{path}.confirm"),
            },
            SelectElement select => FitSelect(select, path),
            DateTimePicker picker => picker with { Confirm = Confirmation(picker.Confirm, $"{path}.confirm") },
            TypedInput input => FitInput(input, path),
            FileInput input => FitFiles(input, path),
            ImageElement image => FitImage(image, path),
            _ => element,
        };
    }

    public IReadOnlyList<Option> Options(IReadOnlyList<Option> options, string path, int least, int most, bool markup = false)
    {
        Refuse.Unless(options.Count >= least, path, "must not be empty.");
        Refuse.TooMany(options.Count, most, path);
        return Each(options, path, (option, at) => FitOption(option, at, markup));
    }

    public IReadOnlyList<OptionGroup> Groups(IReadOnlyList<OptionGroup> groups, string path, int least)
    {
        Refuse.Unless(groups.Count >= least, path, "must not be empty.");
        Refuse.TooMany(groups.Count, 100, path);
        return Each(groups, path, (group, at) => new OptionGroup(
            Label(group.Label, 75, $"{at}.label")!, Options(group.Options, $"{at}.options", 1, 100)));
    }

    protected static IReadOnlyList<T> Each<T>(IReadOnlyList<T> items, string path, Func<T, string, T> fit)
    {
        var fitted = new T[items.Count];
        for (var i = 0; i < fitted.Length; i++)
        {
            fitted[i] = fit(items[i], $"{path}[{i}]");
        }

        return fitted;
    }

    protected TextObject Text(TextObject text, int most, string path)
    {
        Refuse.Unless(!string.IsNullOrEmpty(text.Text), $"{path}.text", "must not be empty.");
        var cut = text is Mrkdwn ? TextCut.Markup(text.Text, Math.Min(most, _cap)) : TextCut.Plain(text.Text, Math.Min(most, _cap));
        Weight += cut.Length;
        return text with { Text = cut };
    }

    protected string RawText(string text, int most)
    {
        var cut = TextCut.Plain(text, Math.Min(most, _cap));
        Weight += cut.Length;
        return cut;
    }

    protected PlainText? Plain(PlainText? text, int most, string path)
    {
        var label = Label(text, most, path);
        Weight += label?.Text.Length ?? 0;
        return label;
    }

    protected ImageElement FitImage(ImageElement image, string path)
    {
        Address(image.ImageUrl, image.SlackFile, path);
        Refuse.Unless(image.AltText.Length > 0, $"{path}.alt_text", "must not be empty.");
        return image with { AltText = RawText(image.AltText, 2000) };
    }

    protected static void Address(string? url, SlackFile? file, string path)
    {
        Refuse.Unless(url is null != file is null, path, "needs either image_url or slack_file.");
        Refuse.TooLong(url, 3000, $"{path}.image_url");
        Refuse.Unless(file is null || file.Id is null != file.Url is null, $"{path}.slack_file", "needs either id or url.");
    }

    private Button FitButton(Button button, string path)
    {
        Refuse.TooLong(button.Value, BlockKitLimits.ButtonValue, $"{path}.value");
        Refuse.TooLong(button.Url, 3000, $"{path}.url");
        return button with
        {
            Text = Plain(button.Text, 75, $"{path}.text")!,
            Confirm = Confirmation(button.Confirm, $"{path}.confirm"),
            AccessibilityLabel = button.AccessibilityLabel is { } label ? TextCut.Plain(label, 75) : null,
        };
    }

    private SelectElement FitSelect(SelectElement select, string path)
    {
        if (select is MultiSelectElement { MaxSelectedItems: < 1 })
        {
            throw new BlockKitException($"{path}.max_selected_items", "must be at least 1.");
        }

        SelectElement fitted = select switch
        {
            StaticSelect s => s with
            {
                Options = Choices(s.Options, s.OptionGroups, path),
                OptionGroups = s.OptionGroups is null ? null : Groups(s.OptionGroups, $"{path}.option_groups", 1),
                InitialOption = Initial(s.InitialOption, $"{path}.initial_option"),
            },
            MultiStaticSelect s => s with
            {
                Options = Choices(s.Options, s.OptionGroups, path),
                OptionGroups = s.OptionGroups is null ? null : Groups(s.OptionGroups, $"{path}.option_groups", 1),
                InitialOptions = Initial(s.InitialOptions, $"{path}.initial_options"),
            },
            ExternalSelect s => s with { InitialOption = Initial(s.InitialOption, $"{path}.initial_option") },
            MultiExternalSelect s => s with { InitialOptions = Initial(s.InitialOptions, $"{path}.initial_options") },
            _ => select,
        };
        return fitted with
        {
            Placeholder = Plain(select.Placeholder, 150, $"{path}.placeholder"),
            Confirm = Confirmation(select.Confirm, $"{path}.confirm"),
        };
    }

    private IReadOnlyList<Option>? Choices(IReadOnlyList<Option>? options, IReadOnlyList<OptionGroup>? groups, string path)
    {
        Refuse.Unless(options is null != groups is null, path, "needs either options or option_groups.");
        return options is null ? null : Options(options, $"{path}.options", 1, 100);
    }

    private TypedInput FitInput(TypedInput input, string path)
    {
        if (input is PlainTextInput text)
        {
            Refuse.Unless(text.MinLength is null or (>= 0 and <= 3000), $"{path}.min_length", "must be 0 to 3000.");
            Refuse.Unless(text.MaxLength is null or (>= 1 and <= 3000), $"{path}.max_length", "must be 1 to 3000.");
            Refuse.Unless(
                text.MinLength is null || text.MaxLength is null || text.MinLength <= text.MaxLength, $"{path}.min_length",
                "must not be over max_length.");
            Refuse.TooLong(text.InitialValue, text.MaxLength ?? 3000, $"{path}.initial_value");
        }

        return input with { Placeholder = Plain(input.Placeholder, 150, $"{path}.placeholder") };
    }

    private static FileInput FitFiles(FileInput input, string path)
    {
        Refuse.Unless(input.MaxFiles is null or (>= 1 and <= 10), $"{path}.max_files", "must be 1 to 10.");
        return input;
    }

    private Option FitOption(Option option, string path, bool markup)
    {
        Refuse.Unless(
            markup || option.Text is not Mrkdwn, $"{path}.text", "must be plain text: only checkboxes and radio buttons take markup.");
        Refuse.TooLong(option.Value, BlockKitLimits.OptionValue, $"{path}.value");
        Refuse.TooLong(option.Url, 3000, $"{path}.url");
        return option with
        {
            Text = Held(option.Text, 75, $"{path}.text"),
            Description = option.Description is null ? null : Held(option.Description, 75, $"{path}.description"),
        };
    }

    // An initial option must stay equal to its option: short texts are held to their own limit, never to the common one.
    private TextObject Held(TextObject text, int most, string path)
    {
        Refuse.Unless(!string.IsNullOrEmpty(text.Text), $"{path}.text", "must not be empty.");
        var cut = text is Mrkdwn ? TextCut.Markup(text.Text, most) : TextCut.Plain(text.Text, most);
        Weight += cut.Length;
        return text with { Text = cut };
    }

    private Option? Initial(Option? option, string path, bool markup = false) => option is null ? null : FitOption(option, path, markup);

    private IReadOnlyList<Option>? Initial(IReadOnlyList<Option>? options, string path, bool markup = false)
    {
        Refuse.Unless(options is null or { Count: > 0 }, path, "must not be empty; leave it null.");
        return options is null ? null : Options(options, path, 1, 100, markup);
    }

    private ConfirmationDialog? Confirmation(ConfirmationDialog? dialog, string path) => dialog is null ? null : dialog with
    {
        Title = Plain(dialog.Title, 100, $"{path}.title")!,
        Text = Held(dialog.Text, 300, $"{path}.text"),
        Confirm = Plain(dialog.Confirm, 30, $"{path}.confirm")!,
        Deny = Plain(dialog.Deny, 30, $"{path}.deny")!,
    };
}
