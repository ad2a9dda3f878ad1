using System.Text.Json.Nodes;
using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>Answers findings from the catalogue.</summary>
internal sealed class Remediable(IPolicy<RemediationCatalogue> catalogue, RemediationStore store) : IRemediable
{
    public string ActionId => RemediateModal.Action;

    public string AllActionId => RemediateAllModal.Action;

    public string StopActionId => StopButton.Action;

    public string UndoActionId => UndoModal.Action;

    public bool Offers(Finding finding) => catalogue.Value.Find(finding) is not null;

    public async Task<string?> DescribeBeforeAsync(string findingId, Locale locale, CancellationToken cancellationToken) =>
        await store.FindLastAsync(findingId, cancellationToken) is { Plan: { Before: { } before } plan } run
            ? $"*{locale.Text(
                "remediation.before.title",
                ("at", Mrkdwn.Date(run.RequestedAt, "{date_short_pretty} {time}", locale.Time(run.RequestedAt))))}*\n" +
                Mrkdwn.CodeBlock(TextCut.Plain(AccountText.MaskAll(Shown(JsonObject.Create(before)!, plan)), 2000))
            : null;

    /// <summary>A line a setting; of a security group, a line a rule.</summary>
    private static string Shown(JsonObject before, RemediationPlan plan) => string.Join('\n', before.SelectMany(setting =>
        setting.Value is JsonArray rules && plan.ResourceType == "AwsEc2SecurityGroup"
            ? rules.Select(rule => $"{setting.Key}: {SecurityGroupRules.Shown(rule)}{Id(rule)}").DefaultIfEmpty($"{setting.Key}: –")
            : [$"{setting.Key}: {ResourceState.Shown(setting.Value)}"]));

    private static string Id(JsonNode? rule) => (string?)rule?["RuleId"] is { } id ? $" · {id}" : "";
}
