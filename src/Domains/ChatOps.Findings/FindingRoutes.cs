using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;

namespace ChatOps.Findings;

/// <summary>Where a finding is to be shown, by <c>routes.yaml</c>.</summary>
internal sealed class FindingRoutes(IPolicy<Routes> routes, IPolicy<TagVocabulary> vocabulary)
{
    /// <summary>The channels that shall show it; none while it needs nobody.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="isSent">Whether a person has just sent it: then it is shown however harmless it is, and by itself.</param>
    public IEnumerable<MessageRequest> RequestsFor(Finding finding, bool isSent = false)
    {
        if (!finding.Open && !isSent) return [];
        var facts = FactsOf(finding);
        var found = routes.Value.For(RouteKind.Findings, facts);
        if (found.Count == 0 && isSent) found = routes.Value.For(RouteKind.Findings, facts with { Severity = Severity.Critical });
        return found.Select(to => new MessageRequest(
            finding.Subject, to.Channel, to.Language, finding.Severity, finding.Open, isSent ? null : finding.Group));
    }

    /// <summary>The channels where approval of a suppression is asked for.</summary>
    public IEnumerable<MessageRequest> ApprovalRequestsFor(Finding finding) =>
        routes.Value.For(RouteKind.Approvals, new RouteFacts { Account = finding.Account, Region = finding.Region }).Select(
            to => new MessageRequest(
                SuppressionApprovals.SubjectOf(finding.Id), to.Channel, to.Language, finding.Severity,
                finding.SuppressionAsked is { State: SuppressionRequestState.Waiting }, Group: null));

    private RouteFacts FactsOf(Finding finding) => new()
    {
        Severity = finding.Severity,
        Product = finding.Product,
        Account = finding.Account,
        Region = finding.Region,
        ResourceTypes = [.. finding.Resources.Select(resource => resource.Type)],
        Controls = [.. (finding.ControlId is { } control ? [control] : Array.Empty<string>()).Concat(
            finding.Vulnerabilities.Select(vulnerability => vulnerability.Id))],
        Tags = [.. finding.Resources.SelectMany(resource => vocabulary.Value.BothForms(resource.Tags))],
    };
}
