using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;

namespace ChatOps.Costs;

/// <summary>Where costs are shown, by <c>routes.yaml</c>.</summary>
internal sealed class CostRoutes(IPolicy<Routes> routes)
{
    /// <summary>The channels that shall show a subject.</summary>
    public IEnumerable<Wanted> WantedFor(SubjectId subject, string account, Rank rank, bool open) =>
        Destinations(account, rank).Select(to => new Wanted(subject, to.Channel, to.Language, rank, open, null));

    /// <summary>The channels that hear of an account's costs.</summary>
    public IReadOnlyList<Destination> Destinations(string? account, Rank rank = Rank.Informational) =>
        routes.Value.For(RouteKind.Costs, new RouteFacts { Account = account, Severity = rank });
}
