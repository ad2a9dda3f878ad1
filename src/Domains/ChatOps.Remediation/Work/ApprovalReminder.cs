using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Remediation;

/// <summary>Reminds the approvers of a request that waits, once, each in their conversation with the bot.</summary>
internal sealed partial class ApprovalReminder(
    IDatabase database, IOutbox outbox, IAccess access, ISlackApiClient slack, TimeProvider time, ILogger<ApprovalReminder> logger)
{
    private static readonly TimeSpan After = TimeSpan.FromMinutes(10);

    /// <summary>So many are reminded: a request is not a broadcast.</summary>
    private const int AtMost = 20;

    /// <summary>Reminds, when it is time to; of a batch once for all.</summary>
    public async Task RemindAsync(RemediationRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (run.RemindedAt is not null || now - run.RequestedAt < After) return;
        // First the claim: of a batch hundreds come here in the same minute, and Slack is asked once.
        var isMine = await database.WriteAsync(
            async uow => await RemediationStore.RemindAsync(uow, run.Id, now, cancellationToken)
                && (run.Batch is not { } batch || await RemediationBatchStore.RemindAsync(uow, batch, now, cancellationToken)),
            cancellationToken);
        if (!isMine) return;
        var people = (await access.HoldersAsync(Role.Approver, cancellationToken)).Where(user => user != run.RequestedBy).Take(AtMost);
        var channels = new List<string>();
        foreach (var user in people)
        {
            try
            {
                channels.Add(await slack.Conversations.Open([user], cancellationToken));
            }
            catch (SlackCallException fault)
            {
                LogNotReminded(fault, user, run.Id);
            }
        }

        await database.WriteAsync(
            async uow =>
            {
                var subject = new SubjectId(ReminderMessage.SubjectKind, run.Batch ?? run.Id);
                await outbox.RequestAsync(
                    uow,
                    [.. channels.Select(channel => new MessageRequest(subject, channel, null, run.Plan.Severity, Open: true, Group: null))],
                    cancellationToken);
                return true;
            },
            cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{User} could not be reminded of remediation {Id}")]
    private partial void LogNotReminded(Exception exception, string user, string id);
}
