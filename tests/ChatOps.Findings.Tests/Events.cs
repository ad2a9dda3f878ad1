using ChatOps.Aws;

namespace ChatOps.Findings.Tests;

/// <summary>The real events of findings in <c>data/events</c>.</summary>
internal static class Events
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "data", "events");

    /// <summary>Security Hub's events in ASFF, as <c>folder/name</c>.</summary>
    public static IReadOnlyList<string> Files { get; } = In("securityhub-custom-action", "securityhub-imported");

    /// <summary>Those of its second generation, in OCSF.</summary>
    public static IReadOnlyList<string> V2 { get; } = In("securityhub-v2-ocsf");

    /// <summary>Events of the services themselves, each of one finding.</summary>
    public static IReadOnlyList<string> Native { get; } =
    [
        .. In("guardduty", "inspector2", "config").Where(file => !file.Contains("lambda", StringComparison.Ordinal)),
    ];

    public const string RuleInvocation = "config/lambda-rule-invocation-ec2-instance";

    public const string Insight = "securityhub-insight-results/insight-iam-user";

    /// <summary>What happens around decisions made here; each a list of events in order.</summary>
    public static IReadOnlyList<string> Bodies(string file) =>
        [.. System.Text.Json.Nodes.JsonNode.Parse(Body(file))!.AsArray().Select(node => node!.ToJsonString())];

    public static string Body(string file) => File.ReadAllText(Path.Combine(Root, $"{file}.json"));

    public static SecurityHubEvent Read(string file) =>
        Native.Contains(file) ? new SecurityHubEvent([Of(file)], [], null, default) : SecurityHubEvents.Read(Body(file));

    public static Finding Finding(string file) => Read(file).Findings[0];

    private static Finding Of(string file)
    {
        var envelope = EventBridgeEnvelope.ParseOne(Body(file));
        return envelope.Source switch
        {
            "aws.guardduty" => GuardDutyEvents.Read(envelope),
            "aws.inspector2" => InspectorEvents.Read(envelope),
            _ => ConfigRules.Read(envelope)!.Finding,
        };
    }

    private static IReadOnlyList<string> In(params string[] folders) =>
    [
        .. folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.json").Select(
            file => $"{folder}/{Path.GetFileNameWithoutExtension(file)}"))
            .Order(StringComparer.Ordinal),
    ];
}
