using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>A plan as blocks: the same in the requester's modal and in the approver's message. Pure.</summary>
internal static class PlanBlocks
{
    /// <summary>The whole plan.</summary>
    public static IReadOnlyList<Block> Render(RemediationPlan plan, Locale locale) =>
    [
        new SectionBlock(new Mrkdwn(
            $"*{Mrkdwn.Literal(plan.ResourceName)}*  " +
            $"{(plan.ResourceType == "AwsAccount"
                ? locale.Text("remediation.plan.account_itself")
                : Mrkdwn.Escape(FindingFormat.ResourceType(plan.ResourceType)))}",
            Verbatim: true)),
        SectionBlock.OfFields(
            Field("account", AccountText.Of(plan.Account, plan.AccountName), locale),
            Field("region", plan.Region, locale),
            Field("affected", Affected(plan, locale), locale),
            Field("risk", locale.Text($"remediation.risk.{plan.Risk.ToString().ToLowerInvariant()}"), locale)),
        new SectionBlock(
            new Mrkdwn($"*{locale.Text("remediation.plan.runs")}*\n{Mrkdwn.Code(plan.Document)}\n{Mrkdwn.CodeBlock(Parameters(plan))}")),
        new SectionBlock(
            new Mrkdwn($"*{locale.Text("remediation.plan.changes")}*\n{Mrkdwn.Escape(plan.Changes.In(locale))}{Changes(plan, locale)}")),
        new SectionBlock(new Mrkdwn(
            $"*{locale.Text($"remediation.reversible.{plan.Reversible.ToString().ToLowerInvariant()}")}*\n" +
            $"{Mrkdwn.Escape(plan.Undo.In(locale))}")),
    ];

    /// <summary>Why approval is needed; null when it is not.</summary>
    public static string? Approval(RemediationPlan plan, Locale locale) => plan.Approval switch
    {
        ApprovalCause.None => null,
        ApprovalCause.Risk => locale.Text("remediation.approval.risk"),
        ApprovalCause.Production => locale.Text("remediation.approval.production"),
        ApprovalCause.NotSafe => locale.Text("remediation.approval.notsafe"),
        _ => locale.Text("remediation.approval.unknowntags"),
    };

    private static Mrkdwn Field(string key, string value, Locale locale) =>
        new($"*{locale.Text($"remediation.plan.{key}")}*\n{Mrkdwn.Literal(value)}");

    private static string Affected(RemediationPlan plan, Locale locale)
    {
        var tags = plan.Described ?? TagVocabulary.Bare.Describe(plan.Tags);
        return tags.Count == 0 ? locale.Text("remediation.plan.no_tags") : string.Join(" · ", tags.Select(tag => $"{tag.Key} {tag.Value}"));
    }

    /// <summary>Exactly what will run: nothing masked.</summary>
    private static string Parameters(RemediationPlan plan) => plan.Parameters.Count == 0
        ? "–"
        : string.Join('\n', plan.Parameters.Select(parameter =>
            parameter.Values.Count == 0 ? parameter.Name : $"{parameter.Name} = {string.Join(", ", parameter.Values)}"));

    private static string Changes(RemediationPlan plan, Locale locale)
    {
        if (plan.Unreadable is { } refusal)
            return $"\n{locale.Text("remediation.plan.unreadable")}\n{Mrkdwn.CodeBlock(AccountText.MaskAll(refusal))}";
        if (plan.Read.Count == 0) return "";
        var lines = plan.Read.Select(change => change.After is { } after
            ? $"• {Label(change.Label, locale)}: {Value(change.Before, locale)} → *{Value(after, locale)}*"
            : $"• {Label(change.Label, locale)}: {Value(change.Before, locale)}");
        return $"\n{string.Join('\n', lines)}\n_" +
            $"{locale.Text("remediation.plan.read_at", ("at", Mrkdwn.Date(plan.ReadAt, "{time_secs}", locale.Time(plan.ReadAt))))}_";
    }

    /// <summary>What changes, in one line: <c>Public access block: off → on</c>; empty when nothing was read.</summary>
    public static string Changes(IReadOnlyList<PlanChange> read, Locale locale) => string.Join(", ", read.Select(change =>
        $"{Label(change.Label, locale)}: {Value(change.Before, locale)}{(change.After is { } after ? $" → {Value(after, locale)}" : "")}"));

    /// <summary>How the settings are, in one line: <c>Public access block: on</c>.</summary>
    public static string State(IReadOnlyList<PlanChange> read, Locale locale) => read.Count == 0
        ? "–"
        : string.Join(", ", read.Select(change => $"{Label(change.Label, locale)}: {Value(change.Before, locale)}"));

    private static string Label(string label, Locale locale) =>
        locale.Has($"remediation.reads.{label}") ? locale.Text($"remediation.reads.{label}") : Mrkdwn.Literal(label);

    private static string Value(string value, Locale locale) =>
        locale.Has($"remediation.value.{value}") ? locale.Text($"remediation.value.{value}") : Mrkdwn.Literal(value);
}
