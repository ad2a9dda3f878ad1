using System.Text.Json.Nodes;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Remediation;

/// <summary>
/// The verdict: first the resource itself is read, by the same reader as before, then the finding. What is read decides; that an automation
/// succeeded does not.
/// </summary>
internal sealed partial class Verification(
    IDatabase database,
    RemediationChanges recorder,
    IFindings findings,
    IAwsClients aws,
    ConfigEvaluation evaluation,
    IPolicy<RemediationCatalogue> catalogue,
    IOptions<RemediationOptions> options,
    TimeProvider time,
    ILogger<Verification> logger)
{
    private const string VerifyVerb = "remediation.verify";

    /// <summary>Reads resource and finding, and ends the attempt when they say enough.</summary>
    public async Task<DateTimeOffset> VerifyAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, CancellationToken cancellationToken)
    {
        var reading = await ReadAsync(run, cancellationToken);
        var now = time.GetUtcNow();
        if (run.Undoes is not null) return await VerifyUndoAsync(batch, run, reading, now, cancellationToken);

        if (reading.IsRight && run.RightAt is null)
        {
            await TellRightAsync(batch, run, now, cancellationToken);
            await evaluation.AskAsync(run, cancellationToken);
            run = run with { RightAt = now };
        }

        var (finding, cause) = await ReadFindingAsync(run, now, cancellationToken);
        if (IsFixed(finding))
            return await EndAsync(
                batch, run, RemediationRunState.Resolved, RemediationState.Resolved, RemediationReply.Resolved, reading, null, now,
                cancellationToken);
        if (reading.IsRight && (run.Plan.IsPeriodic || now >= run.VerifyUntil))
            return await EndAsync(
                batch, run, RemediationRunState.Corrected, RemediationState.Corrected, null, reading, null, now, cancellationToken);
        if (now < run.VerifyUntil) return now + options.Value.BackOff(run.Attempts);
        return await EndAsync(
            batch, run, RemediationRunState.Unverified, RemediationState.Unverified, RemediationReply.Unverified, reading,
            reading.State is { IsRight: false } ? VerdictCause.Unchanged
                : finding is null && cause is not null ? cause
                : reading.Refusal is not null && cause is not null ? VerdictCause.NotPermitted
                : cause ?? VerdictCause.StillOpen,
            now, cancellationToken);
    }

    /// <summary>
    /// That somebody has resolved it by hand while its check still fails is no proof; a finding without a check has no other.
    /// </summary>
    private static bool IsFixed(Finding? finding) => finding is { Archived: true } or { Compliance: "PASSED" }
        or { Workflow: WorkflowStatus.Resolved, Compliance: not "FAILED" };

    private async Task<Reading> ReadAsync(RemediationRun run, CancellationToken cancellationToken)
    {
        // What Security Hub has of the resource is not the resource.
        if (run.Plan is not { Preview: { Kind: not PreviewRead.Detail } preview, ResourceKey: { } key } plan)
            return new Reading(null, null);
        try
        {
            return new Reading(
                await new ResourceReader(aws).ReadAsync(preview, plan.Account, plan.Region, key, null, cancellationToken), null);
        }
        catch (UserFacingException)
        {
            // It is gone; its finding tells the rest.
            return new Reading(null, null);
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) is AwsErrorKind.AccessDenied)
        {
            return new Reading(null, $"{e.ErrorCode}: {e.Message}");
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) is AwsErrorKind.NotFound)
        {
            return new Reading(null, null);
        }
        catch (Exception e) when (time.GetUtcNow() >= run.VerifyUntil && !cancellationToken.IsCancellationRequested)
        {
            LogNotRead(e, run.Id);
            return new Reading(null, null);
        }
    }

    /// <summary>The finding as Security Hub has it now; without one, why not.</summary>
    private async Task<(Finding? Finding, VerdictCause? Cause)> ReadFindingAsync(
        RemediationRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var finding = await findings.ReadBackAsync(run.FindingId, cancellationToken);
            return (finding, finding is null ? VerdictCause.Gone : null);
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied)
        {
            return (null, VerdictCause.NotPermitted);
        }
        catch (Exception e) when (now >= run.VerifyUntil && !cancellationToken.IsCancellationRequested)
        {
            // Security Hub has not answered until the end: what cannot be read back is not green.
            LogNotRead(e, run.Id);
            return (null, VerdictCause.NotAnswered);
        }
    }

    private Task<bool> TellRightAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, DateTimeOffset now,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.HoldAsync(uow, run);
            if (!await RemediationStore.RightAsync(uow, run.Id, now, cancellationToken)) return false;
            await recorder.MarkAsync(uow, run with { RightAt = now }, RemediationState.Verifying, null, cancellationToken);
            await recorder.TellAsync(
                uow, run.Plan.IsPeriodic ? RemediationReply.RightPeriodic : RemediationReply.Right,
                new RemediationReplyData { FindingId = run.FindingId, Until = now }, cancellationToken);
            await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task<DateTimeOffset> VerifyUndoAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, Reading reading, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isBack = reading.State is { } state && run.Plan.Target is { } target
            && ResourceState.Differences(JsonObject.Create(target)!, state.State).Count == 0;
        if (isBack)
            return await EndAsync(
                batch, run, RemediationRunState.Resolved, RemediationState.Undone, RemediationReply.Undone, reading, null, now,
                cancellationToken);
        if (now < run.VerifyUntil) return now + options.Value.BackOff(run.Attempts);
        return await EndAsync(
            batch, run, RemediationRunState.Unverified, RemediationState.Unverified, RemediationReply.UndoUnverified, reading,
            reading.Refusal is null ? VerdictCause.Unchanged : VerdictCause.NotPermitted, now, cancellationToken);
    }

    private async Task<DateTimeOffset> EndAsync(
        WorkBatch<RemediationRun> batch, RemediationRun run, RemediationRunState to, RemediationState mark, string? reply, Reading reading,
        VerdictCause? cause, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isGood = to != RemediationRunState.Unverified;
        // What is not known afterwards cannot be told from what others have done since.
        DateTimeOffset? undoUntil = run is { Undoes: null, Plan: { UndoCall: not null, Before: not null } } && reading.State is not null
            && catalogue.Value.UndoFor > TimeSpan.Zero ? now + catalogue.Value.UndoFor : null;
        await database.WriteAsync(
            async uow =>
            {
                await batch.HoldAsync(uow, run);
                if (!await RemediationStore.EndAsync(
                    uow, run.Id, RemediationRunState.Verifying, to, null, cause?.ToString(), now, cancellationToken))
                    return false;
                if (undoUntil is { } until)
                    await RemediationStore.OfferUndoAsync(uow, run.Id, reading.State!.State.ToJsonString(), until, cancellationToken);
                if (isGood && run.Undoes is { } undone) await RemediationStore.WithdrawUndoAsync(uow, undone, cancellationToken);
                await recorder.MarkAsync(
                    uow, run with { UndoUntil = undoUntil, EndedAt = now }, mark, cause?.ToString(), cancellationToken);
                if (reply is not null)
                {
                    await recorder.TellAsync(
                        uow,
                        reply,
                        new RemediationReplyData
                        {
                            FindingId = run.FindingId,
                            By = run.RequestedBy,
                            Seconds = (now - run.RequestedAt).TotalSeconds,
                            Cause = cause?.ToString(),
                            Message = cause == VerdictCause.NotPermitted ? reading.Refusal : null,
                            Until = undoUntil,
                        },
                        cancellationToken);
                }

                await recorder.MarkChangedAsync(uow, run, open: false, cancellationToken);
                if (to == RemediationRunState.Resolved) await WriteToHubAsync(uow, run, cancellationToken);
                await recorder.AuditAsync(
                    uow, run, RemediationEnds.Bot, VerifyVerb, Role.Viewer, isGood ? "done" : "failed", cancellationToken,
                    ("execution", run.ExecutionId), ("verdict", to.ToString()), ("cause", cause?.ToString()),
                    ("after", reading.State?.State.ToJsonString()));
                return true;
            },
            cancellationToken);
        return now;
    }

    private Task WriteToHubAsync(UnitOfWork uow, RemediationRun run, CancellationToken cancellationToken) => run.Undoes is null
        ? findings.WriteToSecurityHubAsync(
            uow, run.FindingId, WorkflowStatus.Resolved,
            run.ExecutionId is { } execution
                ? $"Remediated by ChatOps with {run.Plan.Document}, execution {execution}."
                : $"Remediated by ChatOps with {run.Plan.Document}.",
            run.RequestedBy, cancellationToken)
        : findings.WriteToSecurityHubAsync(
            uow, run.FindingId, WorkflowStatus.New, $"Undone by ChatOps with {run.Plan.Document}.", run.RequestedBy, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Remediation {Id} could not be read back until its time was over")]
    private partial void LogNotRead(Exception exception, string id);

    /// <summary>What the resource said.</summary>
    /// <param name="State">What it is like; null when it could not be read, is gone, or nothing of it is read.</param>
    /// <param name="Refusal">AWS's refusal; null when there was none.</param>
    private sealed record Reading(ResourceState? State, string? Refusal)
    {
        public bool IsRight => State?.IsRight == true;
    }
}

/// <summary>Why an attempt that succeeded is not seen to have remediated its finding.</summary>
internal enum VerdictCause
{
    /// <summary>The finding is still open.</summary>
    StillOpen,

    /// <summary>The resource itself is still as it should not be.</summary>
    Unchanged,

    /// <summary>The role may not read it.</summary>
    NotPermitted,

    /// <summary>Security Hub does not have the finding any more.</summary>
    Gone,

    /// <summary>Security Hub did not answer.</summary>
    NotAnswered,
}
