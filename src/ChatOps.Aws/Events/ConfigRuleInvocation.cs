using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>
/// What AWS Config sends to the Lambda function of a custom rule. It is no EventBridge event: a function that wants ChatOps to see it
/// forwards it as it is.
/// </summary>
/// <param name="RuleArn">The rule.</param>
/// <param name="RuleName">Its name.</param>
/// <param name="Account">The account it looks at.</param>
/// <param name="EventLeftScope">Whether the resource no longer concerns the rule.</param>
/// <param name="Token">Config's token for this invocation, its identity.</param>
/// <param name="Item">The configuration item; null for a periodic invocation, which is about no resource.</param>
public sealed record ConfigRuleInvocation(
    string RuleArn, string RuleName, string Account, bool EventLeftScope, string Token, JsonElement? Item)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = EventBridgeEnvelope.MaxDepth };

    /// <summary>Reads an invocation; false for anything that is none. Never throws.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out ConfigRuleInvocation? invocation)
    {
        invocation = null;
        if (Parse(json) is not { } root) return false;
        if (root.Text("configRuleArn", 512) is not { } arn || root.Text("configRuleName", 128) is not { } name
            || root.Text("accountId", 12) is not { } account || root.Text("resultToken", 8192) is not { } token
            || root.Child("invokingEvent") is not { } inner || !JsonText.TryGet(inner, out var invoking))
        {
            return false;
        }

        var item = Parse(System.Text.Encoding.UTF8.GetBytes(invoking)) is { } read
            ? read.Child("configurationItem") ?? read.Child("configurationItemSummary")
            : null;
        invocation = new ConfigRuleInvocation(arn, name, account, ((JsonElement?)root).Flag("eventLeftScope") == true, token, item);
        return true;
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
