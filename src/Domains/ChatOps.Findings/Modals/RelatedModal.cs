using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>Other open findings of the same resource, and of the same control or CVE in the same account.</summary>
internal sealed class RelatedModal(FindingViews views, IDatabase database)
{
    private const string CallbackId = "finding.related";
    private const int Shown = 20;

    /// <summary>Opens it; the menu that offers it calls this.</summary>
    public async Task OpenAsync(BlockActionRequest request, string id, CancellationToken cancellationToken)
    {
        var finding = await views.GetAsync(id, cancellationToken);
        IReadOnlyList<Finding> related;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            related = await FindingList.RelatedAsync(connection, finding, Shown, cancellationToken);
        }

        var lines = related.Select(item => (item, views.SceneOf(item).AccountName));
        await views.ShowAsync(request, Render(finding, [.. lines], await views.LocaleOf(request, cancellationToken)), cancellationToken);
    }

    internal static ModalView Render(Finding finding, IReadOnlyList<(Finding Finding, string? AccountName)> related, Locale locale)
    {
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(
                locale.Text(
                    related.Count == 0 ? "finding.related.none" : "finding.related.intro", ("what", FindingText.Title(finding)),
                    ("resource", Mrkdwn.Literal(FindingText.Resource(finding)))),
                Verbatim: true)),
        };
        blocks.AddRange(related.Select(item => FindingListMessage.Row(item.Finding, item.AccountName, locale)));
        return new ModalView
        {
            CallbackId = CallbackId,
            Title = locale.Text("finding.related.title"),
            Close = locale.Text("button.close"),
            Blocks = blocks,
        };
    }
}
