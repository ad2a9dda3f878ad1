using System.Globalization;
using ChatOps.Assets;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary>
/// The tag editor: a field a key of the policy with the present value chosen, what is missing on top, free keys below; for one asset or for
/// many. Submitting shows what would change; nothing is written here.
/// </summary>
internal sealed class TagEditorModal(
    TagScope scope, TagRunService runs, IAssets assets, IPolicy<TagPolicy> policy, ISlackApiClient slack,
    ILocales locales) : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The button's <c>action_id</c>, whose value is an asset's id, and the view's <c>callback_id</c>.</summary>
    public const string ActionId = "tag.edit";

    internal const string FreeBlock = "free";
    internal const string Field = "value";

    internal const string Keep = "keep";
    internal const string Remove = "remove";
    private const string SetTo = "set:";

    /// <summary>A field of text takes so much.</summary>
    private const int MaxFree = 3000;

    static string IBlockActionHandler.ActionId => ActionId;

    static string IViewSubmissionHandler.CallbackId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        OpenAsync(request, new TagSource(TagSource.Asset, request.Value ?? ""), cancellationToken);

    /// <summary>Opens it for other buttons.</summary>
    /// <param name="request">The press.</param>
    /// <param name="source">Which assets.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="completing">For a creator without a role: the policy's keys alone, and nothing to remove.</param>
    public async Task OpenAsync(InteractionRequest request, TagSource source, CancellationToken cancellationToken, bool completing = false)
    {
        var view = Render(
            await scope.SceneAsync(source, cancellationToken), policy.Value, await locales.OfUserAsync(request.UserId, cancellationToken),
            completing);
        if (request is BlockActionRequest { View.Type: "modal" }) await slack.Views.Push(request.TriggerId ?? "", view, cancellationToken);
        else await slack.Views.Open(request.TriggerId ?? "", view, cancellationToken);
    }

    public Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken) =>
        SubmitAsync(submission, completing: false, cancellationToken);

    /// <summary>Takes the form, also for a creator who completes; what they may not change is left out.</summary>
    public async Task<ViewSubmissionResponse> SubmitAsync(ViewSubmission submission, bool completing, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(submission.UserId, cancellationToken);
        var shown = PrivateMetadata.Read<ViewState>(submission.PrivateMetadata);
        var source = new TagSource(shown.Kind, shown.Value);
        var single = shown.Single is { } id
            ? await assets.FindByIdAsync(id, cancellationToken) ?? throw new UserFacingException("tag.fault.gone")
            : null;
        var (change, errors) = ChangeOf(submission.State, single, shown.Free ?? [], policy.Value, locale);
        if (errors.Count > 0) return ViewSubmissionResponse.Errors(errors);
        if (completing) change = TagCreators.CompletedOf(change, policy.Value);
        if (change.IsEmpty)
            return ViewSubmissionResponse.Error(
                submission.View.InputBlockIds is [var first, ..] ? first : FreeBlock, locale.Text("tag.editor.nothing"));

        // Of one asset the plan is read at once; of many by the worker, while the modal says so.
        var run = await runs.DraftAsync(
            single is null || completing ? source : new TagSource(TagSource.Asset, single.Id), change, submission.UserId,
            new TagRunProgress(submission.View.Id, null, locale.Language), now: single is not null || completing, cancellationToken);
        return ViewSubmissionResponse.Update(TagPlanModal.Render(run, [], locale, completing ? CompleteTagsPlan.CallbackId : null));
    }

    /// <summary>The form. Pure.</summary>
    internal static ModalView Render(TagView view, TagPolicy policy, Locale locale, bool completing = false)
    {
        var faults = view.Sample.SelectMany(policy.Judge).GroupBy(fault => fault.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var blocks = new List<Block> { new SectionBlock(new Mrkdwn(Heading(view, faults.Count, locale), Verbatim: true)) };
        // What is missing stands on top, the rest in the order of the policy.
        blocks.AddRange(policy.Keys.OrderBy(key => faults.ContainsKey(key.Name) ? 0 : 1).Select(
            key => FieldOf(key, view, faults.GetValueOrDefault(key.Name), policy, completing, locale)));
        var free = !completing && view.Single is { } asset ? Fitting(FreeOf(asset, policy)) : [];
        if (!completing) blocks.Add(new InputBlock(locale.Text("tag.editor.free"), new PlainTextInput(Field)
        {
            Multiline = true,
            MaxLength = MaxFree,
            InitialValue = free.Count > 0 ? string.Join('\n', free.Select(LineOf)) : null,
        })
        {
            BlockId = FreeBlock,
            Optional = true,
            Hint = locale.Text(view.Single is null ? "tag.editor.free-hint-many" : "tag.editor.free-hint"),
        });
        return new ModalView
        {
            CallbackId = completing ? CompleteTagsModal.ActionId : ActionId,
            PrivateMetadata = PrivateMetadata.Write(new ViewState(
                view.Source.Kind, view.Source.Value, view.Single?.Id, free.Count > 0 ? [.. free.Select(tag => MarkOf(tag.Key))] : null)),
            Title = locale.Text("tag.editor.title"),
            Submit = locale.Text("tag.editor.submit"),
            Close = locale.Text("button.cancel"),
            Blocks = blocks,
        };
    }

    /// <summary>What the form asks for, and what is wrong with it by block.</summary>
    /// <param name="state">What stands in its fields.</param>
    /// <param name="single">The one asset, as it is now; null for many.</param>
    /// <param name="freeShown">Marks of the free keys that stood in their field when it was opened: only what was shown can have been taken
    /// out.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="locale">The reader's.</param>
    internal static (TagChange Change, IReadOnlyDictionary<string, string> Errors) ChangeOf(
        ChatOps.Slack.Interactions.ViewState state, Asset? single, IReadOnlyList<string> freeShown, TagPolicy policy, Locale locale)
    {
        var tags = new Dictionary<string, string?>(StringComparer.Ordinal);
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in policy.Keys)
        {
            var block = BlockOf(key);
            var full = policy.Full(key.Name);
            if (key.Values.Count > 0)
            {
                var chosen = state.SelectedOption(block, Field)?.Value;
                if (chosen is null or Keep) continue;
                tags[full] = chosen == Remove ? null : chosen[SetTo.Length..];
                continue;
            }

            var typed = key.IsDate
                ? state.Date(block, Field)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : state.Text(block, Field)?.Trim();
            if (string.IsNullOrEmpty(typed))
            {
                // An emptied field removes what stood there; of many it says nothing.
                if (single is not null && single.Tags.TryGetValue(full, out var had) && (!key.IsDate || key.Allows(had))) tags[full] = null;
            }
            else if (key.Normalize(typed) is { } value && TagText.ValueFault(value) is null)
            {
                tags[full] = value;
            }
            else
            {
                errors[block] = locale.Text("tag.editor.not-allowed", ("key", key.Name), ("value", TextCut.Plain(typed, 60)));
            }
        }

        IReadOnlyList<KeyValuePair<string, string>> present = single is null ? [] : FreeOf(single, policy);
        var free = TagAssignment.Lines(
            state.Text(FreeBlock, Field) ?? "", policy, present.Select(tag => tag.Key).ToHashSet(StringComparer.Ordinal));
        if (free.Wrong is { } wrong) errors[FreeBlock] = locale.Text("tag.editor.free-wrong", ("line", TextCut.Plain(wrong, 60)));
        foreach (var (key, value) in free.Tags) tags[key] = value;
        foreach (var (key, _) in present.Where(tag => !free.Tags.ContainsKey(tag.Key) && freeShown.Contains(MarkOf(tag.Key))))
            tags[key] = null;

        var change = new TagChange(tags);
        return (single is null ? change : change.Against(single.Tags), errors);
    }

    /// <summary>The block of a key.</summary>
    internal static string BlockOf(TagKey key) => $"key-{key.Name}";

    private static string Heading(TagView view, int faults, Locale locale)
    {
        var wrong = faults == 0 ? locale.Text("tag.editor.complete") : locale.Text("tag.editor.faults", ("count", faults));
        return view.Single is { } item
            ? $"*{Mrkdwn.Literal(TextCut.Plain(item.Name, 150))}*  {Mrkdwn.Escape(item.Type)}\n{Mrkdwn.Escape(item.Account)} · " +
                $"{Mrkdwn.Escape(item.Region)} · {wrong}"
            : $"*{locale.Text("tag.editor.many", ("count", view.Total))}*\n" +
                $"{string.Join(", ", view.Sample.Take(5).Select(asset => Mrkdwn.Literal(TextCut.Plain(asset.Name, 60))))}" +
                $"{(view.Total > 5 ? " …" : "")}";
    }

    private static InputBlock FieldOf(TagKey key, TagView view, TagViolation? fault, TagPolicy policy, bool completing, Locale locale)
    {
        var full = policy.Full(key.Name);
        var agree = view.Agree(asset => asset.Tags.GetValueOrDefault(full), out var present);
        var required = view.Sample.Any(key.IsRequired);
        var proposed = fault is null || !view.Agree(
            asset => fault.Value is { } wrong ? key.Normalize(wrong) ?? key.Infer(asset) : key.Infer(asset),
            out var inferred) ? null : inferred;
        BlockElement element =
            key.Values.Count > 0 ? SelectOf(key, view, agree, present, proposed, completing, locale)
            : key.IsDate ? new DatePicker(Field)
            {
                InitialDate = DateOnly.TryParseExact(
                agree ? present ?? proposed : proposed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var day) ? day : null
            }
            : new PlainTextInput(Field) { InitialValue = agree ? present ?? proposed : proposed, MaxLength = TagText.MaxValue };
        // Slack writes '(optional)' behind the label of what may be left empty. A menu need not be: 'not set yet' is among its choices. A
        // text
        // or a date may, so that what is known can be saved before the rest: its label then says nothing else, its hint what policy asks.
        var mustChoose = required && element is StaticSelect;
        var hint = HintOf(key, view, fault, full, proposed, required && !mustChoose, locale);
        return new InputBlock(
            mustChoose ? locale.Text("tag.editor.required", ("key", key.Name)) : key.Name,
            element)
        { BlockId = BlockOf(key), Optional = !mustChoose, Hint = hint.Length > 0 ? hint : (PlainText?)null };
    }

    private static StaticSelect SelectOf(
        TagKey key, TagView view, bool agree, string? present, string? proposed, bool completing, Locale locale)
    {
        var single = view.Single is not null;
        var odd = agree && present is not null && !key.Values.Contains(present, StringComparer.Ordinal);
        var options = new List<Option>();
        // There is always a way to leave it: what is not there, what the policy does not know, and what differs among many.
        if (single && present is null) options.Add(new Option(locale.Text("tag.editor.later"), Keep));
        else if (odd) options.Add(new Option(locale.Text("tag.editor.keep-odd", ("value", TextCut.Plain(present!, 40))), Keep));
        else if (!single) options.Add(new Option(locale.Text("tag.editor.keep"), Keep));
        options.AddRange(key.Values.Select(value => new Option(value, SetTo + value)));
        if (!completing && (!single || present is not null)) options.Add(new Option(locale.Text("tag.editor.remove"), Remove));

        var chosen = proposed ?? (agree && !odd ? present : null);
        return new StaticSelect(Field, options)
        {
            InitialOption = (chosen is null ? null : options.Find(option => option.Value == SetTo + chosen))
                ?? options.Find(option => option.Value == Keep),
            Placeholder = locale.Text("tag.editor.choose"),
        };
    }

    private static string HintOf(TagKey key, TagView view, TagViolation? fault, string full, string? proposed, bool asked, Locale locale)
    {
        var parts = new List<string>();
        if (key.HintIn(locale) is { } hint) parts.Add(hint);
        if (asked) parts.Add(locale.Text("tag.editor.asked"));
        if (view.Single is not null && fault is not null)
            parts.Add(fault.Kind == TagViolationKind.Missing
                ? locale.Text("tag.editor.missing")
                : locale.Text("tag.editor.wrong", ("value", TextCut.Plain(fault.Value ?? "", 60))));
        if (proposed is not null) parts.Add(locale.Text("tag.editor.proposed"));
        if (view.Single is null && view.Sample.Count == view.Total)
        {
            var counts = view.Sample.GroupBy(asset => asset.Tags.GetValueOrDefault(full)).OrderByDescending(group => group.Count()).Take(4)
                .Select(group => $"{(group.Key is null ? locale.Text("tag.plan.none") : TextCut.Plain(group.Key, 40))} {group.Count()}");
            parts.Add(locale.Text("tag.editor.now", ("values", string.Join(", ", counts))));
        }

        return string.Join(" · ", parts);
    }

    /// <summary>The tags that the policy does not know and that may be changed.</summary>
    private static IReadOnlyList<KeyValuePair<string, string>> FreeOf(Asset asset, TagPolicy policy) =>
        [.. asset.Tags.Where(tag => !TagText.IsReserved(tag.Key) && !policy.Keys.Any(key => policy.Full(key.Name) == tag.Key)).OrderBy(
            tag => tag.Key, StringComparer.Ordinal)];

    /// <summary>As many as the field takes whole: a line that is cut would be another tag.</summary>
    private static IReadOnlyList<KeyValuePair<string, string>> Fitting(IReadOnlyList<KeyValuePair<string, string>> free)
    {
        var length = -1;
        return [.. free.TakeWhile(tag => (length += LineOf(tag).Length + 1) <= MaxFree)];
    }

    private static string LineOf(KeyValuePair<string, string> tag) => $"{tag.Key}={tag.Value}";

    /// <summary>A key's mark in the view, which has no room for fifty whole keys.</summary>
    internal static string MarkOf(string key) => CreateEventReader.Hash(key)[..10];

    /// <summary>What the view carries.</summary>
    /// <param name="Kind">The source's kind.</param>
    /// <param name="Value">The source's value.</param>
    /// <param name="Single">The one asset's id; null for many.</param>
    /// <param name="Free">Marks of the free keys that were shown.</param>
    private sealed record ViewState(string Kind, string Value, string? Single, IReadOnlyList<string>? Free = null);
}
