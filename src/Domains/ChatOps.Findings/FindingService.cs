using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Findings;

/// <summary>What other domains ask of findings.</summary>
internal sealed class FindingService(
    IDatabase database, IAwsClients clients, SecurityHubAggregation home, FindingChanges recorder, WorkSignal<FindingWrite> signal,
    TimeProvider time) : IFindings
{
    public async Task<Finding?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingStore.FindAsync(connection, null, id, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, Finding>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingStore.FindAsync(connection, null, ids, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, OpenFindings>> CountOpenAsync(
        IReadOnlyList<string> resourceArns, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingList.CountOpenAsync(connection, resourceArns, cancellationToken);
    }

    public async Task<IReadOnlyList<Finding>> OpenOfAsync(string resourceArn, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindingList.OpenOfAsync(connection, resourceArn, most, cancellationToken);
    }

    public Task RecordRemediationAsync(UnitOfWork uow, string id, RemediationMark mark, CancellationToken cancellationToken) =>
        recorder.ChangeAsync(
            uow, id, finding => finding.Remediation == mark ? null : finding with { Remediation = mark }, null, cancellationToken);

    public Task ReplyAsync(UnitOfWork uow, string id, string reply, string data, CancellationToken cancellationToken) =>
        recorder.ReplyAsync(uow, id, reply, data, cancellationToken);

    public async Task<Finding?> ReadBackAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } known) return null;
        // Only its own service knows it, and says by itself how it stands.
        if (!known.InSecurityHub) return known;
        if (home.Of(known) is not { } place) return null;
        var askedAt = time.GetUtcNow();
        var page = await clients.SecurityHub(place.Account, place.Region).GetFindingPage(
            FindingQuery.ByIds(FindingIdentity.AllOf(known)), null, cancellationToken);
        var incoming = new List<IncomingFinding>();
        foreach (var json in page.Findings)
        {
            if (Asff.TryRead(json, known.Region, askedAt, out var read, out _))
                incoming.Add(new IncomingFinding(read with { Id = known.Id }, Reading: 1));
        }

        if (incoming.Count == 0) return null;
        await database.WriteAsync(uow => recorder.ApplyAsync(uow, incoming, cancellationToken), cancellationToken);
        return await FindAsync(id, cancellationToken);
    }

    public async Task WriteToSecurityHubAsync(
        UnitOfWork uow, string id, WorkflowStatus? status, string note, string byUserId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await FindingStore.FindAsync(uow.Connection, uow.Transaction, id, cancellationToken) is { InSecurityHub: true } finding)
        {
            await FindingWrites.AddAsync(uow, finding, status, note, null, byUserId, now, cancellationToken);
            uow.AfterCommit(signal.Wake);
        }

        if (status is { } workflow)
        {
            await recorder.ChangeAsync(
                uow, id, finding => finding.Workflow == workflow ? null : finding with { Workflow = workflow, WorkflowActedAt = now }, null,
                cancellationToken);
        }
    }
}
