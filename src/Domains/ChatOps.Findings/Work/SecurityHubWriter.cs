using System.Security.Cryptography;
using System.Text.Json;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;

namespace ChatOps.Findings;

/// <summary>
/// Tells Security Hub what people decided: takes recorded writes, oldest first of each finding, as many as fit in one call together.
/// Whatever the refusal, it is tried again: at least once a minute for a day, then hourly. What lasts is shown on the finding.
/// </summary>
internal sealed partial class SecurityHubWriter(
    IDatabase database, IAwsClients clients, SecurityHubAggregation home, FindingChanges recorder, TimeProvider time,
    ILogger<SecurityHubWriter> logger)
    : IWorkProcessor<FindingWrite>
{
    private const string Action = "securityhub:BatchUpdateFindings";
    private const string ActionV2 = "securityhub:BatchUpdateFindingsV2";

    /// <summary>What passes by itself is shown when it has not by this attempt.</summary>
    private const int ShownFrom = 3;

    public async Task ProcessAsync(WorkBatch<FindingWrite> batch, CancellationToken cancellationToken)
    {
        Dictionary<string, Finding> findings;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            findings = await FindingStore.FindAsync(connection, null, [.. batch.Items.Select(write => write.FindingId)], cancellationToken);
        }

        // One call takes findings of one account and Region.
        foreach (var group in batch.Items.OrderBy(write => write.Id).GroupBy(
            write => (Place: home.Of(findings[write.FindingId]), write.Generation)))
        {
            await SendAsync(batch, group.Key.Place, group.Key.Generation, [.. group], findings, cancellationToken);
        }
    }

    public async Task GiveUpAsync(UnitOfWork uow, FindingWrite item, Exception fault, CancellationToken cancellationToken)
    {
        await FindingWrites.CloseAsync(uow, [item.Id], "failed", fault.Message, cancellationToken);
        await ShowAsync(uow, [item], RefusalOf(fault, item.Generation), cancellationToken);
    }

    private async Task SendAsync(
        WorkBatch<FindingWrite> batch, AwsPlace? place, int generation, IReadOnlyList<FindingWrite> writes,
        Dictionary<string, Finding> findings, CancellationToken cancellationToken)
    {
        if (place is null)
        {
            var none = new WorkFailedException("No AWS account is configured (ChatOps:Aws:Accounts).");
            await FailAsync(
                batch, writes, none, new Refusal("NoAccount", none.Message, new AwsRefusal(Action, null, null)), cancellationToken);
            return;
        }

        var left = writes;
        try
        {
            if (generation == 2)
            {
                foreach (var update in writes.GroupBy(write => write.Workflow))
                {
                    await UpdateV2Async(batch, place, [.. update], findings, cancellationToken);
                    left = [.. left.Except(update)];
                }

                return;
            }

            var present = await PresentAsync(place, writes, findings, cancellationToken);
            foreach (var update in writes.Select(write => PlanOf(write, findings[write.FindingId], present)).GroupBy(plan => plan.Key))
            {
                await UpdateAsync(batch, place, [.. update], findings, cancellationToken);
                left = [.. left.Except(update.Select(plan => plan.Write))];
            }
        }
        catch (LeaseLostException)
        {
            throw;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // What is refused of one is refused of the others of the place: they are not asked for one by one.
            await FailAsync(batch, left, fault, RefusalOf(fault, generation), cancellationToken);
        }
    }

    /// <summary>The findings as Security Hub has them now, for the parts of the note and the fields that are others'.</summary>
    private async Task<Dictionary<FindingIdentifier, Present>> PresentAsync(
        AwsPlace place, IReadOnlyList<FindingWrite> writes, Dictionary<string, Finding> findings, CancellationToken cancellationToken)
    {
        var present = new Dictionary<FindingIdentifier, Present>();
        var askedAt = time.GetUtcNow();
        var identities = writes.SelectMany(write => FindingIdentity.AllOf(findings[write.FindingId])).Distinct();
        foreach (var chunk in identities.Chunk(FindingReadings.BatchSize))
        {
            try
            {
                var page = await clients.SecurityHub(place.Account, place.Region).GetFindingPage(
                    FindingQuery.ByIds(chunk), null, cancellationToken);
                foreach (var json in page.Findings)
                {
                    if (Asff.TryRead(json, place.Region, askedAt, out var read, out _))
                        present[new FindingIdentifier(read.Arn, read.ProductArn)] = new Present(
                            read.Note, EventText.Map(json.Child("UserDefinedFields"), FindingFields.MaxFields));
                }
            }
            catch (AmazonServiceException fault) when (!AwsRefusal.IsOfAssumeRole(fault)
                && AwsErrors.KindOf(fault) is AwsErrorKind.AccessDenied && !IsTransient(fault.ErrorCode))
            {
                // Who may write need not be allowed to read: then what events have told is all that is known.
                LogUnread(fault, place.Account, place.Region);
                return present;
            }
        }

        return present;
    }

    private static Plan PlanOf(FindingWrite write, Finding finding, Dictionary<FindingIdentifier, Present> present)
    {
        var read = FindingIdentity.AllOf(finding).Select(identity => present.GetValueOrDefault(identity)).OfType<Present>().ToList();
        // GetFindings may be behind what an event has told.
        var note = read.Select(item => item.Note).Append(finding.Note).OfType<FindingNote>()
            .OrderByDescending(item => item.At ?? DateTimeOffset.MinValue).FirstOrDefault();
        var merged = FindingNotes.Merge(note, write.Note, finding.Mark?.Note);
        var fields = write.Fields is { } ours && read is [var first, ..] ? FindingFields.Merge(first.Fields, ours) : null;
        return new Plan(write, merged?.Text, merged?.Part, fields)
        {
            Key = $"{write.Workflow}\n{merged?.Text}\n{(fields is null ? "" : JsonSerializer.Serialize(fields))}",
        };
    }

    private async Task UpdateAsync(
        WorkBatch<FindingWrite> batch, AwsPlace place, IReadOnlyList<Plan> plans, Dictionary<string, Finding> findings,
        CancellationToken cancellationToken)
    {
        var first = plans[0];
        var sentAt = time.GetUtcNow();
        var unprocessed = new Dictionary<FindingIdentifier, UnprocessedFinding>();
        foreach (var identities in plans.SelectMany(plan => FindingIdentity.AllOf(findings[plan.Write.FindingId])).Distinct()
            .Chunk(FindingUpdate.MaxFindings))
        {
            var result = await clients.SecurityHub(place.Account, place.Region).BatchUpdateFindings(
                new FindingUpdate
                {
                    FindingIdentifiers = identities,
                    Note = first.Note is { } note ? new NoteUpdate(note, FindingMerge.OurName) : null,
                    UserDefinedFields = first.Fields,
                    Workflow = first.Write.Workflow is { } status ? new FindingWorkflow(StatusOf(status)) : null,
                },
                cancellationToken);
            foreach (var refused in result.Unprocessed) unprocessed[refused.FindingIdentifier] = refused;
        }

        var why = plans.ToDictionary(plan => plan.Write.Id, plan => FindingIdentity.AllOf(findings[plan.Write.FindingId])
            .Select(identity => unprocessed.GetValueOrDefault(identity)).FirstOrDefault(refused => refused is not null));
        await DoneAsync(batch, [.. plans.Where(plan => why[plan.Write.Id] is null)], sentAt, cancellationToken);
        foreach (var group in plans.Where(plan => why[plan.Write.Id] is not null).GroupBy(plan => why[plan.Write.Id]!.ErrorCode))
        {
            var refused = why[group.First().Write.Id]!;
            await FailAsync(
                batch, [.. group.Select(plan => plan.Write)], new WorkFailedException($"{refused.ErrorCode}: {refused.ErrorMessage}"),
                new Refusal(refused.ErrorCode, refused.ErrorMessage, new AwsRefusal(Action, null, null)), cancellationToken);
        }
    }

    private async Task UpdateV2Async(
        WorkBatch<FindingWrite> batch, AwsPlace place, IReadOnlyList<FindingWrite> writes, Dictionary<string, Finding> findings,
        CancellationToken cancellationToken)
    {
        var byIdentity = writes.ToLookup(write => FindingIdentity.OcsfOf(findings[write.FindingId]));
        var result = await clients.SecurityHub(place.Account, place.Region).BatchUpdateFindingsV2(
            new FindingUpdateV2([.. byIdentity.Select(group => group.Key)], StatusIdOf(writes[0].Workflow)), cancellationToken);
        var refused = result.Unprocessed.Where(item => item.FindingIdentifier is not null).ToLookup(item => item.FindingIdentifier!);
        var (failed, done) = (
            writes.Where(write => refused.Contains(FindingIdentity.OcsfOf(findings[write.FindingId]))).ToList(),
            writes.Where(write => !refused.Contains(FindingIdentity.OcsfOf(findings[write.FindingId]))).ToList());
        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, done);
                await FindingWrites.CloseAsync(uow, done.Select(write => write.Id), "done", null, cancellationToken);
                foreach (var write in done) await CureAsync(uow, write, cancellationToken);
            },
            cancellationToken);
        foreach (var write in failed)
        {
            var why = refused[FindingIdentity.OcsfOf(findings[write.FindingId])].First();
            var (code, message) = (why.ErrorCode ?? "Unknown", why.ErrorMessage ?? "");
            await FailAsync(
                batch, [write], new WorkFailedException($"{code}: {message}"),
                new Refusal(code, message, new AwsRefusal(ActionV2, null, null)), cancellationToken);
        }
    }

    private Task DoneAsync(
        WorkBatch<FindingWrite> batch, IReadOnlyList<Plan> plans, DateTimeOffset sentAt, CancellationToken cancellationToken) =>
        plans.Count == 0 ? Task.CompletedTask : database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, plans.Select(plan => plan.Write));
                await FindingWrites.CloseAsync(uow, plans.Select(plan => plan.Write.Id), "done", null, cancellationToken);
                var now = await FindingStore.FindAsync(
                    uow.Connection, uow.Transaction, [.. plans.Select(plan => plan.Write.FindingId)], cancellationToken);
                // What Security Hub said before it heard us does not undo the act. Nothing to show, so delivery is not told.
                var sent = plans.ToDictionary(plan => plan.Write.FindingId);
                var quiet = now.Values.Where(finding => finding.WriteFault is null).Select(
                    finding => FindingEvidence.Sent(finding, sent[finding.Id].Write, sent[finding.Id].Part, sentAt));
                await FindingStore.SaveAsync(uow, [.. quiet], cancellationToken);
                foreach (var finding in now.Values.Where(finding => finding.WriteFault is not null))
                {
                    await recorder.ChangeAsync(
                        uow, finding.Id, it => FindingEvidence.Sent(it, sent[it.Id].Write, sent[it.Id].Part, sentAt) with
                        {
                            WriteFault = it.WriteFault is { Generation: 1 } ? null : it.WriteFault,
                        },
                        null, cancellationToken);
                }
            },
            cancellationToken);

    private Task<Change<Finding>?> CureAsync(
        UnitOfWork uow, FindingWrite write, CancellationToken cancellationToken) => recorder.ChangeAsync(
        uow, write.FindingId,
        finding => finding.WriteFault is { } fault && fault.Generation == write.Generation ? finding with { WriteFault = null } : null,
        null, cancellationToken);

    /// <summary>They are tried again; what does not pass by itself, or has not for a while, is shown.</summary>
    private async Task FailAsync(
        WorkBatch<FindingWrite> batch, IReadOnlyList<FindingWrite> writes, Exception fault, Refusal refusal,
        CancellationToken cancellationToken)
    {
        foreach (var write in writes) batch.Retry(write, fault, FindingWrites.WaitAfter(batch.AttemptOf(write)));
        var shown = writes.Where(write => !IsTransient(refusal.Code) || batch.AttemptOf(write) >= ShownFrom).ToList();
        if (shown.Count == 0) return;
        await database.WriteAsync(uow => ShowAsync(uow, shown, refusal, cancellationToken), cancellationToken);
    }

    private async Task ShowAsync(
        UnitOfWork uow, List<FindingWrite> writes, Refusal refusal, CancellationToken cancellationToken)
    {
        var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2));
        var isNew = false;
        foreach (var write in writes)
        {
            var shown = new WriteFault(refusal.Code, refusal.Message, refusal.Of.Action, reference)
            {
                Role = refusal.Of.Role,
                Resource = refusal.Of.Resource,
                Generation = write.Generation,
            };
            // Once for as long as it lasts: it is tried every minute.
            isNew |= await recorder.ChangeAsync(
                uow, write.FindingId,
                finding => finding.WriteFault is { SentAgainAt: null } known && known with { Reference = reference } == shown
                    ? null
                    : finding with { WriteFault = shown, Mark = write.Generation == 1 ? null : finding.Mark },
                (FindingReplies.WriteFailed, new FindingReplyData { Code = refusal.Code, Text = refusal.Message }), cancellationToken)
                is not null;
        }

        if (isNew) LogFailed(writes.Count, refusal.Code, refusal.Message, reference);
    }

    private static Refusal RefusalOf(Exception fault, int generation)
    {
        var action = generation == 2 ? ActionV2 : Action;
        return fault is AmazonServiceException service
            ? new Refusal(
                string.IsNullOrEmpty(service.ErrorCode) ? service.StatusCode.ToString() : service.ErrorCode, service.Message,
                AwsRefusal.Of(service, action))
            : new Refusal(fault.GetType().Name, fault.Message, new AwsRefusal(action, null, null));
    }

    /// <summary>What is likely to pass by itself.</summary>
    private static bool IsTransient(string? code) => code switch
    {
        "ConcurrentUpdateError" or "InternalFailure" or "ConflictException" or "ExpiredToken" or "ExpiredTokenException"
            or "RequestExpired" or "TimeoutException" => true,
        null or "" => true,
        _ => AwsErrors.KindOf(new AmazonServiceException("", null, ErrorType.Unknown, code, "", default))
            is AwsErrorKind.Throttled or AwsErrorKind.Unavailable,
    };

    private static string StatusOf(WorkflowStatus status) => status switch
    {
        WorkflowStatus.Notified => FindingWorkflow.Notified,
        WorkflowStatus.Suppressed => FindingWorkflow.Suppressed,
        WorkflowStatus.Resolved => FindingWorkflow.Resolved,
        _ => FindingWorkflow.New,
    };

    private static int StatusIdOf(WorkflowStatus? status) => status switch
    {
        WorkflowStatus.Notified => FindingUpdateV2.InProgress,
        WorkflowStatus.Suppressed => FindingUpdateV2.Suppressed,
        WorkflowStatus.Resolved => FindingUpdateV2.Resolved,
        _ => FindingUpdateV2.New,
    };

    /// <summary>What AWS said, and of what.</summary>
    private sealed record Refusal(string Code, string Message, AwsRefusal Of);

    /// <summary>A finding as Security Hub has it now, as far as we share it with others.</summary>
    private sealed record Present(FindingNote? Note, IReadOnlyDictionary<string, string> Fields);

    /// <summary>A write with all that goes into the call; those with one key go together.</summary>
    private sealed record Plan(FindingWrite Write, string? Note, string? Part, IReadOnlyDictionary<string, string>? Fields)
    {
        public required string Key { get; init; }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Security Hub refused {Count} updates: {Code} {Reason} (ref {Reference})")]
    private partial void LogFailed(int count, string code, string reason, string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notes in Security Hub of {Account} {Region} could not be read before writing")]
    private partial void LogUnread(Exception fault, string account, string region);
}
