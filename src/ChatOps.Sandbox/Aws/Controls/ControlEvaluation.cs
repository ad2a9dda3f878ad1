using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.SecurityHub;

namespace ChatOps.Sandbox.Aws.Controls;

/// <summary>
/// Judges resources by the controls and keeps their findings true: a failed control gets a finding,
/// a finding whose control passes again is PASSED and RESOLVED, one that fails anew is NEW.
/// </summary>
internal sealed class ControlEvaluation(
    AwsState state, FindingEvents events, AwsBackground background, AwsSandboxOptions options, TimeProvider time)
{
    /// <summary>Evaluates the resource after the delay, as AWS Config does after a change.</summary>
    public void Later(AwsResource resource) => background.Run(async stopping =>
    {
        await Task.Delay(options.EvaluationDelay, time, stopping);
        lock (state.Sync)
            Now(resource, EventRoute.EventBridge);
        background.Changed();
    });

    /// <summary>Evaluates the resource at once, and sends the events of what changed. Called under the state's lock.</summary>
    /// <param name="resource">What changed. When it is gone, its findings are archived.</param>
    /// <param name="route">The way that findings made now, and all their later events, take.</param>
    public IReadOnlyList<StoredFinding> Now(AwsResource resource, EventRoute route)
    {
        var changed = new List<StoredFinding>();
        var gone = !state.Resources.Contains(resource);
        foreach (var control in ControlCatalogue.All.Where(c => c.AppliesTo(resource) && resource.JudgedBy?.Contains(c.Id) != false))
        {
            var finding = state.Findings.OfControl(control.Id, resource.Arn, resource.AccountId, resource.Region);
            if (gone)
            {
                if (finding is { Archived: false })
                    changed.Add(Archive(finding));
            }
            else if (Judge(control, resource, finding, route) is { } judged)
            {
                changed.Add(judged);
            }
        }

        events.Imported(changed);
        return changed;
    }

    private StoredFinding? Judge(Control control, AwsResource resource, StoredFinding? finding, EventRoute route)
    {
        var passes = control.Passes(resource);
        if (finding is null)
            return passes ? null : Open(control, resource, route);
        if (finding.ComplianceStatus == (passes ? "PASSED" : "FAILED") && !finding.Archived)
            return null;

        var now = AwsIds.Iso(time.GetUtcNow());
        var body = finding.Body;
        // Security Hub lowers a passed control's severity to INFORMATIONAL.
        var severity = passes ? "INFORMATIONAL" : control.Severity;
        body["Severity"] = new JsonObject { ["Label"] = severity, ["Normalized"] = Asff.Normalized(severity), ["Original"] = severity };
        body["FindingProviderFields"]!["Severity"] = new JsonObject { ["Label"] = severity, ["Original"] = severity };
        body["Compliance"]!["Status"] = passes ? "PASSED" : "FAILED";
        // A suppressed finding stays suppressed; any other follows the control.
        if (finding.WorkflowStatus != "SUPPRESSED")
        {
            body["Workflow"] = new JsonObject { ["Status"] = passes ? "RESOLVED" : "NEW" };
            body["WorkflowState"] = passes ? "RESOLVED" : "NEW";
        }

        body["RecordState"] = "ACTIVE";
        body["Resources"] = new JsonArray(Asff.Resource(resource));
        foreach (var name in (string[])["UpdatedAt", "LastObservedAt", "ProcessedAt"])
            body[name] = now;
        return finding;
    }

    private StoredFinding Open(Control control, AwsResource resource, EventRoute route)
    {
        var accountName = AwsState.Accounts.FirstOrDefault(a => a.Id == resource.AccountId).Name;
        var finding = new StoredFinding
        {
            Body = Asff.OfControl(control, resource, accountName, time.GetUtcNow()),
            AccountId = resource.AccountId,
            Region = resource.Region,
            ControlId = control.Id,
            ResourceArn = resource.Arn,
            Route = route,
        };
        state.Findings.Add(finding);
        return finding;
    }

    private StoredFinding Archive(StoredFinding finding)
    {
        finding.Body["RecordState"] = "ARCHIVED";
        finding.Body["UpdatedAt"] = AwsIds.Iso(time.GetUtcNow());
        return finding;
    }
}
