using System.Text.Json;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Findings;
using Microsoft.Extensions.Logging;

namespace ChatOps.Remediation;

/// <summary>
/// Asks AWS Config to evaluate the rule behind a finding now, instead of at its next turn. Security Hub's controls have rules of their own,
/// which their findings name.
/// </summary>
internal sealed partial class ConfigEvaluation(IFindings findings, IAwsClients aws, ILogger<ConfigEvaluation> logger)
{
    /// <summary>Asks, where there is a rule. That it cannot be asked changes nothing: Security Hub looks by itself later.</summary>
    public async Task AskAsync(RemediationRun run, CancellationToken cancellationToken)
    {
        try
        {
            if (await findings.FindAsync(run.FindingId, cancellationToken) is not { } finding) return;
            var rules = finding.Rule is { } rule ? [rule] : await RulesAsync(finding, cancellationToken);
            if (rules.Count > 0)
                await aws.Config(run.Plan.Account, run.Plan.Region).StartConfigRulesEvaluation(rules, cancellationToken);
        }
        catch (Exception fault) when (fault is AmazonServiceException or TimeoutException or JsonException or UnknownAwsAccountException)
        {
            LogNotAsked(fault, run.Id);
        }
    }

    private async Task<IReadOnlyList<string>> RulesAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (!finding.InSecurityHub) return [];
        var query = FindingQuery.ById(new FindingIdentifier(finding.Arn, finding.ProductArn));
        var page = await aws.SecurityHub(finding.Account, finding.Region).GetFindingPage(query, null, cancellationToken);
        return page.Findings is [var json, ..] ? RulesOf(json) : [];
    }

    /// <summary>The rules that a finding names: <c>RelatedAWSResources:0/name</c> of the type AWS::Config::ConfigRule.</summary>
    internal static IReadOnlyList<string> RulesOf(JsonElement finding)
    {
        if (!finding.TryGetProperty("ProductFields", out var fields) || fields.ValueKind != JsonValueKind.Object) return [];
        var rules = new List<string>();
        foreach (var field in fields.EnumerateObject().Where(field =>
            field.Name.StartsWith("RelatedAWSResources:", StringComparison.Ordinal)
            && field.Name.EndsWith("/type", StringComparison.Ordinal) && field.Value.GetString() == "AWS::Config::ConfigRule"))
        {
            if (fields.TryGetProperty(field.Name[..^"type".Length] + "name", out var name) && name.GetString() is { Length: > 0 } rule)
                rules.Add(rule);
        }

        return rules;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Config could not be asked to evaluate the rule of remediation {Id}")]
    private partial void LogNotAsked(Exception exception, string id);
}
