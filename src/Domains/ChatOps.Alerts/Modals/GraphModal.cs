using System.Globalization;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>The expression of a group over a time of one's choice. Opens at once, the picture follows.</summary>
internal sealed class GraphModal(AlertViews views, AlertGraph graph, IPictures pictures, ISlackApiClient slack) : IBlockActionHandler
{
    public const string ActionId = "alert.graph";

    private static readonly int[] Ranges = [1, 3, 12, 24, 168];

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var group = await views.GetAsync(request.Value, cancellationToken);
        var locale = await views.LocaleOf(request, cancellationToken);
        var hours = graph.HoursOf(group);
        var view = await views.ShowAsync(
            request, Render(group, hours, null, locale.Text("alert.graph.drawing"), locale), cancellationToken);
        await FillAsync(view.Id, group, hours, locale, cancellationToken);
    }

    /// <summary>Draws it over another time, in the view that is open.</summary>
    public async Task RedrawAsync(BlockActionRequest request, string id, int hours, CancellationToken cancellationToken)
    {
        if (request.View is not { } view) return;
        var group = await views.GetAsync(id, cancellationToken);
        await FillAsync(view.Id, group, hours, await views.LocaleOf(request, cancellationToken), cancellationToken);
    }

    private async Task FillAsync(string viewId, AlertGroup group, int hours, Locale locale, CancellationToken cancellationToken)
    {
        (string File, string Alt)? shown = null;
        var note = "";
        try
        {
            if (await graph.DrawAsync(group, hours, locale, cancellationToken) is { } picture)
                shown = (await pictures.UploadAsync(
                    picture, $"{group.Id}-{hours.ToString(CultureInfo.InvariantCulture)}h.png", cancellationToken), picture.Alt);
            else note = locale.Text("alert.graph.empty");
        }
        catch (PrometheusException fault)
        {
            note = Mrkdwn.Cut(fault.Message, 500);
        }

        await slack.Views.Update(
            viewId, Render(group, hours, shown, note, locale, graph.ExpressionOf(group)), cancellationToken: cancellationToken);
    }

    internal static ModalView Render(
        AlertGroup group, int hours, (string File, string Alt)? shown, string note, Locale locale, string? expression = null)
    {
        List<Option> options = [.. Ranges.Append(hours).Distinct().Order().Select(range => new Option(
            locale.Text("alert.graph.last", ("length", locale.Duration(TimeSpan.FromHours(range)))),
            string.Create(CultureInfo.InvariantCulture, $"{range}:{group.Id}")))];
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(AlertText.Name(group), Verbatim: true))
            {
                BlockId = "alert.graph-range",
                Accessory = new StaticSelect(GraphRangeMenu.ActionId, options) { InitialOption = options.First(
                    option => option.Value == string.Create(CultureInfo.InvariantCulture, $"{hours}:{group.Id}")) },
            },
        };
        if (shown is { } picture) blocks.Add(new ImageBlock(TextCut.Plain(picture.Alt, 1000)) { SlackFile = new SlackFile(picture.File) });
        if (note.Length > 0) blocks.Add(new SectionBlock(new Mrkdwn(note, Verbatim: true)));
        if (expression is not null)
            blocks.Add(new SectionBlock(new Mrkdwn(Mrkdwn.CodeBlock(TextCut.Plain(expression, 2000)), Verbatim: true)));
        return new ModalView
        {
            CallbackId = ActionId,
            Title = TextCut.Plain(group.Name, 24),
            Close = locale.Text("button.close"),
            Blocks = blocks,
        };
    }
}

/// <summary>The menu of times in the modal; its value is the hours and the group: <c>24:k3v9…</c>.</summary>
internal sealed class GraphRangeMenu(GraphModal modal) : IBlockActionHandler
{
    public const string ActionId = "alert.graph-range";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        (request.SelectedOption?.Value ?? "").Split(':', 2) is [var hours, var id]
            && int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var range) && range is > 0 and <= 168
            ? modal.RedrawAsync(request, id, range, cancellationToken)
            : Task.CompletedTask;
}
