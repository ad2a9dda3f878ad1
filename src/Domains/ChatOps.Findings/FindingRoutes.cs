using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;

namespace ChatOps.Findings;

/// <summary>Where a finding is to be shown, by <c>routes.yaml</c>.</summary>
internal sealed class FindingRoutes(IPolicy<Routes> routes, IPolicy<TagVocabulary> vocabulary)
{
    /// <summary>The channels that shall show it; none while it needs nobody.</summary>
    public IEnumerable<MessageRequest> RequestsFor(Finding finding) => !finding.Open
        ? []
        : routes.Value.For(RouteKind.Findings, FactsOf(finding))
            .Select(to => new MessageRequest(finding.Subject, to.Channel, to.Language, finding.Severity, finding.Open, finding.Group));

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
