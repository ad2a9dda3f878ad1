using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>The "…" menu of a finding: what is not needed in the first second.</summary>
internal sealed class MoreMenu(SuppressModal suppress, FindingDetailsModal details, RelatedModal related) : IBlockActionHandler
{
    public const string ActionId = "finding.more";

    private const string Suppress = "suppress";
    private const string Details = "details";
    private const string Related = "related";

    static string IBlockActionHandler.ActionId => ActionId;

    /// <summary>An option's value is what is chosen and for which finding: <c>suppress:k3v9…</c>.</summary>
    public static IReadOnlyList<Option> Options(Finding finding, Locale locale)
    {
        var options = new List<Option>();
        if (finding.Open) options.Add(new Option(locale.Text("finding.button.suppress"), $"{Suppress}:{finding.Id}"));
        options.Add(new Option(locale.Text("finding.button.details"), $"{Details}:{finding.Id}"));
        options.Add(new Option(locale.Text("finding.button.related"), $"{Related}:{finding.Id}"));
        return options;
    }

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var chosen = (request.SelectedOption?.Value ?? "").Split(':', 2);
        var id = chosen is [_, var subject] ? subject : "";
        return chosen[0] switch
        {
            Suppress => suppress.OpenAsync(request, id, cancellationToken),
            Related => related.OpenAsync(request, id, cancellationToken),
            _ => details.OpenAsync(request, id, cancellationToken),
        };
    }
}
