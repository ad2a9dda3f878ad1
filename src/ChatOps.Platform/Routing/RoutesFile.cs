using System.Text.RegularExpressions;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;

namespace ChatOps.Platform.Routing;

/// <summary>Reads <c>routes.yaml</c>; what is wrong is reported with its line, all of it at once.</summary>
internal static partial class RoutesFile
{
    private static readonly (RouteKind Kind, string Key, string[] Conditions)[] Lists =
    [
        (RouteKind.Findings, "findings", ["severity", "product", "account", "region", "resourceType", "control", "tag"]),
        (RouteKind.Alerts, "alerts", ["severity", "account", "region", "tag"]),
        (RouteKind.Health, "health", ["severity", "product", "account", "region"]),
        (RouteKind.Costs, "costs", ["account", "region"]),
        (RouteKind.Reports, "reports", ["account", "region"]),
        (RouteKind.Tagging, "tagging", ["account", "region", "resourceType", "tag"]),
        (RouteKind.Approvals, "approvals", ["account", "region"]),
        (RouteKind.Operators, "operators", []),
    ];

    public static Routes Read(PolicyMap root) =>
        new(Lists.ToDictionary(
            list => list.Kind, IReadOnlyList<Route> (list) => [.. root.Maps(list.Key).Select(map => ReadRoute(map, list.Conditions))]));

    private static Route ReadRoute(PolicyMap map, string[] conditions)
    {
        map.Text("name");
        var to = map.Texts("to");
        if (to.Count == 0) map.Fault("to", "'to' is missing: name at least one channel, such as \"#security\" in quotes");
        foreach (var channel in to.Where(channel => !Channel().IsMatch(channel)))
            map.Fault("to", $"'{channel}' is no channel: write \"#name\" in small letters, in quotes, or the channel's id");

        var language = map.Text("language");
        if (language is not null && !Locale.Languages.Contains(language))
            map.Fault("language", $"'language' is '{language}', but must be one of {string.Join(", ", Locale.Languages)}");

        IReadOnlyList<string> Values(string key) => conditions.Contains(key) ? map.Texts(key) : [];
        var accounts = Values("account");
        foreach (var account in accounts.Where(account => !Account().IsMatch(account)))
            map.Fault("account", $"'{account}' is no account id: twelve digits in quotes, or a pattern with *");

        return new Route(to, language, map.Flag("stop", false), new RouteCondition
        {
            Severities = [.. Values("severity").SelectMany(word => Severities(map, word)).Distinct()],
            Products = Values("product"),
            Accounts = accounts,
            Regions = Values("region"),
            ResourceTypes = Values("resourceType"),
            Controls = Values("control"),
            Tags = conditions.Contains("tag") && map.Map("tag") is { } tags
                ? [.. tags.Keys.ToList().Select(key => KeyValuePair.Create(key, tags.Texts(key)))]
                : [],
        });
    }

    private static IEnumerable<Severity> Severities(PolicyMap map, string word)
    {
        var name = word.TrimEnd('+');
        if (!name.All(char.IsLetter) || !Enum.TryParse<Severity>(name, ignoreCase: true, out var rank))
        {
            map.Fault("severity", $"'{word}' is no severity: use critical, high, medium, low or informational, with + for 'and worse'");
            return [];
        }

        return word.Length == name.Length ? [rank] : Enum.GetValues<Severity>().Where(other => other <= rank);
    }

    [GeneratedRegex(@"^(#[^\s#A-Z]{1,80}|[CG][A-Z0-9]{6,})$")]
    private static partial Regex Channel();

    [GeneratedRegex(@"^([0-9]{12}|[0-9*]*\*[0-9*]*)$")]
    private static partial Regex Account();
}
