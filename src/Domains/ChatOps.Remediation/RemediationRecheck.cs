using System.Text.Json;
using System.Text.Json.Nodes;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;

namespace ChatOps.Remediation;

/// <summary>
/// What is read anew before a remediation that waited goes on: the finding, the roles of who asked and who approved, the catalogue, and
/// the resource. What has changed since it was asked for makes the request void.
/// </summary>
internal sealed class RemediationRecheck(IFindings findings, IAccess access, RemediationPlanner planner, RemediationUndo undo)
{
    /// <summary>Before somebody's approval counts, from what is known here: an approver does not wait for AWS.</summary>
    /// <returns>Why the request is void; null when it is not.</returns>
    public async Task<VoidCause?> BeforeDecisionAsync(RemediationRun run, CancellationToken cancellationToken) =>
        await OfFindingAsync(run, cancellationToken) ?? await CauseOfPeopleAsync(run, cancellationToken);

    /// <summary>Whether the finding is over, from what is known here: while a request waits.</summary>
    public async Task<VoidCause?> OfFindingAsync(RemediationRun run, CancellationToken cancellationToken) =>
        run.Undoes is null ? CauseOf(await findings.FindAsync(run.FindingId, cancellationToken)) : null;

    /// <summary>Before the automation is started, from Security Hub and the resource as they are now.</summary>
    /// <param name="run">The remediation.</param>
    /// <param name="isUnlistedGone">Whether a finding that Security Hub does not list counts as gone: what it lists may be old.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The plan with what was read now; or why the request is void.</returns>
    /// <exception cref="FindingUnlistedException">Security Hub does not list the finding.</exception>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">AWS refuses to say.</exception>
    public async Task<(RemediationPlan Plan, VoidCause? Cause)> BeforeStartAsync(
        RemediationRun run, bool isUnlistedGone, CancellationToken cancellationToken)
    {
        if (await BeforeDecisionAsync(run, cancellationToken) is { } early) return (run.Plan, early);
        if (run.Undoes is not null)
            return await undo.RecheckAsync(run, cancellationToken) is { } present ? (present, null) : (run.Plan, VoidCause.Plan);
        var finding = await findings.ReadBackAsync(run.FindingId, cancellationToken);
        if (finding is null && !isUnlistedGone) throw new FindingUnlistedException();
        if (CauseOf(finding) is { } cause) return (run.Plan, cause);
        try
        {
            var plan = await planner.PlanAsync(finding!, cancellationToken);
            return Same(run, plan) ? (plan, null) : (run.Plan, VoidCause.Plan);
        }
        catch (UserFacingException fault) when (fault.Key == RemediationPlanner.PreconditionFault)
        {
            return (run.Plan, VoidCause.Precondition);
        }
        catch (UserFacingException fault) when (fault.Key == RemediationPlanner.NothingFault)
        {
            return (run.Plan, VoidCause.Right);
        }
        catch (UserFacingException)
        {
            // The catalogue, the account or the document is not what it was.
            return (run.Plan, VoidCause.Plan);
        }
    }

    /// <summary>Why, in a language.</summary>
    public static string Why(string cause, Locale locale) => locale.Text($"remediation.void.{cause.ToLowerInvariant()}");

    private static VoidCause? CauseOf(Finding? finding) => finding switch
    {
        null => VoidCause.Gone,
        { Archived: true } => VoidCause.Archived,
        { Workflow: WorkflowStatus.Suppressed } => VoidCause.Suppressed,
        { Compliance: "PASSED" } => VoidCause.Passed,
        { Open: false } => VoidCause.Resolved,
        _ => null,
    };

    private async Task<VoidCause?> CauseOfPeopleAsync(RemediationRun run, CancellationToken cancellationToken)
    {
        if (!await HasAsync(run.RequestedBy, Role.Operator)) return VoidCause.Requester;
        return run.DecidedBy is { } approver && !await HasAsync(approver, Role.Approver) ? VoidCause.Approver : null;

        async Task<bool> HasAsync(string userId, Role role)
        {
            var roles = await access.RolesOfAsync(userId, cancellationToken);
            return roles.Contains(role) || roles.Contains(Role.Admin);
        }
    }

    /// <summary>Whether what would run now, and on what, is what was asked for and approved.</summary>
    private static bool Same(RemediationRun run, RemediationPlan now) =>
        now.Document == run.Plan.Document && now.Account == run.Plan.Account && now.Region == run.Plan.Region
        && now.ResourceArn == run.Plan.ResourceArn && (!now.NeedsApproval || run.DecidedBy is not null)
        && now.Parameters.Select(Text).SequenceEqual(run.Plan.Parameters.Select(Text)) && now.Read.SequenceEqual(run.Plan.Read)
        && SameState(run.Plan.Before, now.Before);

    /// <summary>What was not read, then or now, is not compared.</summary>
    private static bool SameState(JsonElement? before, JsonElement? now) => before is not { } then || now is not { } present
        || ResourceState.Differences(JsonObject.Create(then)!, JsonObject.Create(present)!).Count == 0;

    private static string Text(PlanParameter parameter) => $"{parameter.Name}={string.Join('\n', parameter.Values)}";
}

/// <summary>Security Hub does not list the finding just now; asked again soon it may.</summary>
internal sealed class FindingUnlistedException() : Exception("Security Hub does not list the finding.");

/// <summary>Why a request is void.</summary>
internal enum VoidCause
{
    /// <summary>The check passes by now.</summary>
    Passed,

    /// <summary>The provider has archived the finding.</summary>
    Archived,

    /// <summary>The risk was accepted.</summary>
    Suppressed,

    /// <summary>Somebody resolved the finding.</summary>
    Resolved,

    /// <summary>Security Hub does not have the finding any more.</summary>
    Gone,

    /// <summary>Who asked may not remediate any more.</summary>
    Requester,

    /// <summary>Who approved may not approve any more.</summary>
    Approver,

    /// <summary>What would run, or what it would run on, is not what was asked for.</summary>
    Plan,

    /// <summary>The resource is not what the control is about any more.</summary>
    Precondition,

    /// <summary>The resource is as it should be already.</summary>
    Right,
}
