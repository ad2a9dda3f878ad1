using System.Security.Cryptography;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Findings;

/// <summary>
/// Tells Security Hub what people decided: takes recorded writes, oldest first of each finding, as many as fit in one call together.
/// What may pass (throttling, an outage) is tried again for a day; what will not is shown on the finding.
/// </summary>
internal sealed partial class SecurityHubWriter(
    IDatabase database, IAwsClients clients, SecurityHubAggregation home, FindingChanges recorder, TimeProvider time,
    ILogger<SecurityHubWriter> logger)
    : IWorkProcessor<FindingWrite>
{
    private const string Action = "securityhub:BatchUpdateFindings";

    public async Task ProcessAsync(WorkBatch<FindingWrite> batch, CancellationToken cancellationToken)
    {
        Dictionary<string, Finding> findings;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            findings = await FindingStore.FindAsync(connection, null, [.. batch.Items.Select(write => write.FindingId)], cancellationToken);
        }

        // One call takes one status and one note for findings of one account and Region.
        foreach (var group in batch.Items.OrderBy(write => write.Id).GroupBy(
            write => (Place: home.Of(findings[write.FindingId]), write.Workflow, write.Note)))
        {
            await SendAsync(batch, group.Key.Place, [.. group], findings, cancellationToken);
        }
    }

    public Task GiveUpAsync(UnitOfWork uow, FindingWrite item, Exception fault, CancellationToken cancellationToken) =>
        FailAsync(uow, [item], (fault as AmazonServiceException)?.ErrorCode ?? fault.GetType().Name, fault.Message, cancellationToken);

    private async Task SendAsync(
        WorkBatch<FindingWrite> batch, AwsPlace? place, IReadOnlyList<FindingWrite> writes, Dictionary<string, Finding> findings,
        CancellationToken cancellationToken)
    {
        if (place is null)
        {
            await FailAsync(batch, writes, "NoAccount", "No AWS account is configured (ChatOps:Aws:Accounts).", cancellationToken);
            return;
        }

        var sentAt = time.GetUtcNow();
        FindingUpdateResult result;
        try
        {
            result = await clients.SecurityHub(place.Account, place.Region).BatchUpdateFindings(
                Update(writes, findings), cancellationToken);
        }
        catch (AmazonServiceException fault) when (AwsErrors.KindOf(fault) is AwsErrorKind.AccessDenied or AwsErrorKind.NotFound
            or AwsErrorKind.Invalid)
        {
            await FailAsync(batch, writes, fault.ErrorCode ?? fault.StatusCode.ToString(), fault.Message, cancellationToken);
            return;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            foreach (var write in writes) batch.Retry(write, fault);
            return;
        }

        var refused = result.Unprocessed.ToDictionary(
            unprocessedFinding => (unprocessedFinding.FindingIdentifier.Id, unprocessedFinding.FindingIdentifier.ProductArn));
        var done = writes.Where(write => !refused.ContainsKey((findings[write.FindingId].Arn, findings[write.FindingId].ProductArn)))
            .ToList();
        await DoneAsync(batch, done, sentAt, cancellationToken);
        foreach (var write in writes.Except(done))
        {
            var why = refused[(findings[write.FindingId].Arn, findings[write.FindingId].ProductArn)];
            await FailAsync(batch, [write], why.ErrorCode, why.ErrorMessage, cancellationToken);
        }
    }

    private static FindingUpdate Update(IReadOnlyList<FindingWrite> writes, Dictionary<string, Finding> findings)
    {
        var first = writes[0];
        return new FindingUpdate
        {
            FindingIdentifiers = [.. writes.Select(write => findings[write.FindingId]).Select(
                finding => new FindingIdentifier(finding.Arn, finding.ProductArn))],
            Note = new NoteUpdate(first.NoteText, FindingMerge.OurName),
            Workflow = first.Workflow is { } status ? new FindingWorkflow(status switch
            {
                WorkflowStatus.Notified => FindingWorkflow.Notified,
                WorkflowStatus.Suppressed => FindingWorkflow.Suppressed,
                WorkflowStatus.Resolved => FindingWorkflow.Resolved,
                _ => FindingWorkflow.New,
            }) : null,
        };
    }

    private Task DoneAsync(
        WorkBatch<FindingWrite> batch, IReadOnlyList<FindingWrite> writes, DateTimeOffset sentAt,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.CloseAsync(uow, writes);
            await FindingWrites.CloseAsync(uow, writes.Select(write => write.Id), "done", null, cancellationToken);
            var now = await FindingStore.FindAsync(
                uow.Connection, uow.Transaction, [.. writes.Select(write => write.FindingId)], cancellationToken);
            // What Security Hub said before it heard us does not undo the act. Nothing to show, so delivery is not told.
            var sent = writes.ToDictionary(write => write.FindingId);
            var quiet = now.Values.Where(finding => finding.WriteFault is null).Select(
                finding => FindingEvidence.Sent(finding, sent[finding.Id], sentAt));
            await FindingStore.SaveAsync(uow, [.. quiet], cancellationToken);
            foreach (var finding in now.Values.Where(finding => finding.WriteFault is not null))
                await recorder.ChangeAsync(
                    uow, finding.Id, it => FindingEvidence.Sent(it, sent[it.Id], sentAt) with { WriteFault = null }, null,
                    cancellationToken);
        },
        cancellationToken);

    private Task FailAsync(
        WorkBatch<FindingWrite> batch, IReadOnlyList<FindingWrite> writes, string code, string message,
        CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await batch.CloseAsync(uow, writes);
            await FailAsync(uow, writes, code, message, cancellationToken);
        },
        cancellationToken);

    private async Task FailAsync(
        UnitOfWork uow, IReadOnlyList<FindingWrite> writes, string code, string message, CancellationToken cancellationToken)
    {
        var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2));
        LogFailed(writes.Count, code, message, reference);
        await FindingWrites.CloseAsync(uow, writes.Select(write => write.Id), "failed", $"{code}: {message}", cancellationToken);
        foreach (var write in writes)
        {
            await recorder.ChangeAsync(
                uow, write.FindingId,
                finding => finding with { WriteFault = new WriteFault(code, message, Action, reference), Mark = null },
                (FindingReplies.WriteFailed, new FindingReplyData { Code = code, Text = message }), cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Security Hub refused {Count} updates for good: {Code} {Reason} (ref {Reference})")]
    private partial void LogFailed(int count, string code, string reason, string reference);
}
