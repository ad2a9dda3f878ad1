using System.Security.Cryptography;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Findings;

/// <summary>Wakes the writer.</summary>
internal sealed class SecurityHubWriterSignal : WakeSignal;

/// <summary>
/// Tells Security Hub what people decided: takes recorded writes, oldest first of each finding, as many as fit in one call together.
/// What may pass (throttling, an outage) is tried again for a day; what will not is shown on the finding.
/// </summary>
internal sealed partial class SecurityHubWriter(
    IDatabase database, IAwsClients clients, SecurityHubAggregation home, FindingChanges recorder, SecurityHubWriterSignal signal, TimeProvider time, ILogger<SecurityHubWriter> logger) : BackgroundService
{
    private const string Action = "securityhub:BatchUpdateFindings";
    private const int MaxNote = 512;

    /// <summary>Longer than a call with all its retries: nobody else takes what is being sent.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>With the pauses growing to ten minutes, about a day.</summary>
    private const int MaxAttempts = 150;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await SendAsync(stoppingToken)) await signal.WaitAsync(Idle, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The database is away, most likely: what was taken is due again when its lease ends.
                LogRoundFailed(fault);
                await signal.WaitAsync(Idle, time, stoppingToken);
            }
        }
    }

    /// <summary>Sends what is due once; false when nothing was.</summary>
    internal async Task<bool> SendAsync(CancellationToken cancellationToken)
    {
        var writes = await database.WriteAsync(uow => FindingWrites.TakeAsync(uow, time.GetUtcNow(), Lease, FindingUpdate.MaxFindings, cancellationToken), cancellationToken);
        if (writes.Count == 0) return false;

        Dictionary<string, Finding> findings;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            findings = await FindingStore.FindAsync(connection, null, [.. writes.Select(write => write.FindingId)], cancellationToken);
        }

        // One call takes one status and one note for findings of one account and Region.
        foreach (var group in writes.GroupBy(write => (Place: home.Of(findings[write.FindingId]), write.Workflow, write.Note)))
        {
            await SendAsync(group.Key.Place, [.. group], findings, cancellationToken);
        }

        return true;
    }

    private async Task SendAsync(AwsPlace? place, IReadOnlyList<FindingWrite> writes, Dictionary<string, Finding> findings, CancellationToken cancellationToken)
    {
        if (place is null)
        {
            await FailAsync(writes, "NoAccount", "No AWS account is configured (ChatOps:Aws:Accounts).", cancellationToken);
            return;
        }

        var sentAt = time.GetUtcNow();
        FindingUpdateResult result;
        try
        {
            result = await clients.SecurityHub(place.Account, place.Region).BatchUpdateFindings(Update(writes, findings), cancellationToken);
        }
        catch (AmazonServiceException fault) when (AwsErrors.KindOf(fault) is AwsErrorKind.AccessDenied or AwsErrorKind.NotFound or AwsErrorKind.Invalid)
        {
            await FailAsync(writes, fault.ErrorCode ?? fault.StatusCode.ToString(), fault.Message, cancellationToken);
            return;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            await PostponeAsync(writes, fault, cancellationToken);
            return;
        }

        var refused = result.Unprocessed.ToDictionary(one => (one.FindingIdentifier.Id, one.FindingIdentifier.ProductArn));
        var done = writes.Where(write => !refused.ContainsKey((findings[write.FindingId].Arn, findings[write.FindingId].ProductArn))).ToList();
        await DoneAsync(done, sentAt, cancellationToken);
        foreach (var write in writes.Except(done))
        {
            var why = refused[(findings[write.FindingId].Arn, findings[write.FindingId].ProductArn)];
            await FailAsync([write], why.ErrorCode, why.ErrorMessage, cancellationToken);
        }
    }

    private static FindingUpdate Update(IReadOnlyList<FindingWrite> writes, Dictionary<string, Finding> findings)
    {
        var first = writes[0];
        return new FindingUpdate
        {
            FindingIdentifiers = [.. writes.Select(write => findings[write.FindingId]).Select(finding => new FindingIdentifier(finding.Arn, finding.ProductArn))],
            Note = new NoteUpdate(first.Note.Length <= MaxNote ? first.Note : $"{first.Note[..(MaxNote - 1)]}…", FindingMerge.OurName),
            Workflow = first.Workflow is { } status ? new FindingWorkflow(status switch
            {
                WorkflowStatus.Notified => FindingWorkflow.Notified,
                WorkflowStatus.Suppressed => FindingWorkflow.Suppressed,
                WorkflowStatus.Resolved => FindingWorkflow.Resolved,
                _ => FindingWorkflow.New,
            }) : null,
        };
    }

    private Task DoneAsync(IReadOnlyList<FindingWrite> writes, DateTimeOffset sentAt, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await FindingWrites.CloseAsync(uow, writes.Select(write => write.Id), "done", null, cancellationToken);
            var now = await FindingStore.FindAsync(uow.Connection, uow.Transaction, [.. writes.Select(write => write.FindingId)], cancellationToken);
            // What Security Hub said before it heard us does not undo the act. Nothing to show, so delivery is not told.
            var quiet = now.Values.Where(finding => finding.WriteFault is null).Select(finding => finding with { WorkflowActedAt = sentAt });
            await FindingStore.SaveAsync(uow, [.. quiet], cancellationToken);
            foreach (var finding in now.Values.Where(finding => finding.WriteFault is not null))
                await recorder.ChangeAsync(uow, finding.Id, it => it with { WriteFault = null, WorkflowActedAt = sentAt }, null, cancellationToken);
        },
        cancellationToken);

    private async Task FailAsync(IReadOnlyList<FindingWrite> writes, string code, string message, CancellationToken cancellationToken)
    {
        var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2));
        LogFailed(writes.Count, code, message, reference);
        await database.WriteAsync(
            async uow =>
            {
                await FindingWrites.CloseAsync(uow, writes.Select(write => write.Id), "failed", $"{code}: {message}", cancellationToken);
                foreach (var write in writes)
                {
                    await recorder.ChangeAsync(
                        uow, write.FindingId, finding => finding with { WriteFault = new WriteFault(code, message, Action, reference) },
                        (FindingReplies.WriteFailed, new FindingReplyData { Code = code, Text = message }), cancellationToken);
                }
            },
            cancellationToken);
    }

    private async Task PostponeAsync(IReadOnlyList<FindingWrite> writes, Exception fault, CancellationToken cancellationToken)
    {
        var spent = writes.Where(write => write.Attempts >= MaxAttempts).ToList();
        if (spent.Count > 0) await FailAsync(spent, (fault as AmazonServiceException)?.ErrorCode ?? fault.GetType().Name, fault.Message, cancellationToken);
        foreach (var group in writes.Except(spent).GroupBy(write => write.Attempts))
        {
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, 2 * Math.Pow(2, Math.Min(group.Key, 10))));
            LogPostponed(fault, group.Count(), pause);
            await database.WriteAsync(
                uow => FindingWrites.PostponeAsync(uow, group.Select(write => write.Id), time.GetUtcNow() + pause, fault.Message, cancellationToken), cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Security Hub refused {Count} updates for good: {Code} {Reason} (ref {Reference})")]
    private partial void LogFailed(int count, string code, string reason, string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} updates of Security Hub wait {Pause} before they are tried again")]
    private partial void LogPostponed(Exception fault, int count, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of writing to Security Hub failed")]
    private partial void LogRoundFailed(Exception fault);
}
