namespace ChatOps.Platform.Routing;

/// <summary>What routes look at; a domain fills in what it knows.</summary>
public sealed record RouteFacts
{
    /// <summary>How bad it is.</summary>
    public Severity? Severity { get; init; }

    /// <summary>What found it; for an event of AWS Health, the service that it is about.</summary>
    public string? Product { get; init; }

    /// <summary>The account id.</summary>
    public string? Account { get; init; }

    /// <summary>The region.</summary>
    public string? Region { get; init; }

    /// <summary>Types of its resources.</summary>
    public IReadOnlyList<string> ResourceTypes { get; init; } = [];

    /// <summary>Its control, and CVEs.</summary>
    public IReadOnlyList<string> Controls { get; init; } = [];

    /// <summary>Tags of its resources; a key may stand there several times.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Tags { get; init; } = [];
}

/// <summary>The conditions of a route: all must hold, of each one's values any may. Empty ones hold.</summary>
public sealed record RouteCondition
{
    /// <summary>The severities; empty for all.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>Products.</summary>
    public IReadOnlyList<string> Products { get; init; } = [];

    /// <summary>Account ids.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Regions.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Resource types.</summary>
    public IReadOnlyList<string> ResourceTypes { get; init; } = [];

    /// <summary>Controls and CVEs.</summary>
    public IReadOnlyList<string> Controls { get; init; } = [];

    /// <summary>Tags: each key must have one of its values.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Tags { get; init; } = [];

    /// <summary>Whether the facts fulfil it.</summary>
    public bool Matches(RouteFacts facts) =>
        (Severities.Count == 0 || (facts.Severity is { } severity && Severities.Contains(severity)))
        && Any(Products, facts.Product)
        && Any(Accounts, facts.Account)
        && Any(Regions, facts.Region)
        && AnyOf(ResourceTypes, facts.ResourceTypes)
        && AnyOf(Controls, facts.Controls)
        && Tags.All(requested => facts.Tags.Any(tag => Same(requested.Key, tag.Key) && AnyOf(requested.Value, [tag.Value])));

    private static bool Any(IReadOnlyList<string> patterns, string? value) =>
        patterns.Count == 0 || (value is not null && AnyOf(patterns, [value]));

    private static bool AnyOf(IReadOnlyList<string> patterns, IReadOnlyList<string> values) =>
        patterns.Count == 0 || values.Any(value => patterns.Any(pattern => Same(pattern, value)));

    private static bool Same(string pattern, string value) => TextPattern.Matches(pattern, value);
}
