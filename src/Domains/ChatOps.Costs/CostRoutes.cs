using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;

namespace ChatOps.Costs;

/// <summary>Where costs are shown, by <c>routes.yaml</c>.</summary>
internal sealed class CostRoutes(IPolicy<Routes> routes)
{
    /// <summary>The channels that shall show a subject.</summary>
    public IEnumerable<MessageRequest> RequestsFor(SubjectId subject, string account, Severity rank, bool open) =>
        Destinations(account, rank).Select(to => new MessageRequest(subject, to.Channel, to.Language, rank, open, null));

    /// <summary>The channels that hear of an account's costs.</summary>
    public IReadOnlyList<Destination> Destinations(string? account, Severity rank = Severity.Informational) =>
        routes.Value.For(RouteKind.Costs, new RouteFacts { Account = account, Severity = rank });
}
