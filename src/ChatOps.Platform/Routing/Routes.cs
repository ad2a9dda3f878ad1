namespace ChatOps.Platform.Routing;

/// <summary>The kinds of events that are routed; each has its list in <c>routes.yaml</c>.</summary>
public enum RouteKind
{
    /// <summary>Security Hub findings.</summary>
    Findings,

    /// <summary>Alerts of Prometheus and CloudWatch.</summary>
    Alerts,

    /// <summary>Events of AWS Health.</summary>
    Health,

    /// <summary>Budgets and cost anomalies.</summary>
    Costs,

    /// <summary>Daily and weekly reports.</summary>
    Reports,

    /// <summary>Notices about tags.</summary>
    Tagging,

    /// <summary>What waits for an approver.</summary>
    Approvals,

    /// <summary>What those who run ChatOps must look at: dead letters.</summary>
    Operators,
}

/// <summary>A channel that shall hear of something.</summary>
/// <param name="Channel">Its name with <c>#</c>, or its id.</param>
/// <param name="Language">The route's language; null for the default.</param>
public sealed record Destination(string Channel, string? Language);

/// <summary>One route of a list.</summary>
/// <param name="To">Its channels.</param>
/// <param name="Language">Its language; null for the default.</param>
/// <param name="Stop">Whether it is the last one looked at when it matches.</param>
/// <param name="When">What must hold.</param>
public sealed record Route(IReadOnlyList<string> To, string? Language, bool Stop, RouteCondition When);

/// <summary>The policy <c>routes.yaml</c>: which channels hear of what. Pure.</summary>
public sealed class Routes(IReadOnlyDictionary<RouteKind, IReadOnlyList<Route>> routes)
{
    /// <summary>The file.</summary>
    public const string File = "routes.yaml";

    /// <summary>Every channel that a route names, once each, as it is written there.</summary>
    public IReadOnlyList<string> Channels =>
        [.. routes.Values.SelectMany(list => list).SelectMany(route => route.To).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Where something with these facts goes; a channel stands there once. Empty when nothing matches.</summary>
    public IReadOnlyList<Destination> For(RouteKind kind, RouteFacts facts)
    {
        var found = new List<Destination>();
        foreach (var route in routes.GetValueOrDefault(kind) ?? [])
        {
            if (!route.When.Matches(facts)) continue;
            foreach (var channel in route.To)
            {
                if (!found.Exists(destination => string.Equals(destination.Channel, channel, StringComparison.OrdinalIgnoreCase)))
                    found.Add(new Destination(channel, route.Language));
            }

            if (route.Stop) break;
        }

        return found;
    }
}
