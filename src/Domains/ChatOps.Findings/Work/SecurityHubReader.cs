using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Findings;

/// <summary>
/// Asks Security Hub about findings of which something was said without evidence, until it tells our decision back, or confirms that it
/// was undone; and about those that it no longer lists, which are closed when they are gone.
/// </summary>
internal sealed class SecurityHubReader(
    IDatabase database, IAwsClients clients, SecurityHubAggregation home, FindingChanges changes, TimeProvider time)
    : IWorkProcessor<FindingReading>
{
    /// <summary>What is not listed may be listed again: GetFindings is eventually consistent.</summary>
    private const int MaxUnlisted = 3;

    public async Task ProcessAsync(WorkBatch<FindingReading> batch, CancellationToken cancellationToken)
    {
        Dictionary<string, Finding> findings;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            findings = await FindingStore.FindAsync(
                connection, null, [.. batch.Items.Select(reading => reading.FindingId)], cancellationToken);
        }

        foreach (var group in batch.Items.GroupBy(
            reading => findings.GetValueOrDefault(reading.FindingId) is { } finding ? home.Of(finding) : null))
        {
            await ReadAsync(batch, group.Key, [.. group], findings, cancellationToken);
        }
    }

    /// <summary>The decision stays; what Security Hub says next is weighed anew.</summary>
    public Task GiveUpAsync(UnitOfWork uow, FindingReading item, Exception fault, CancellationToken cancellationToken) =>
        FindingReadings.DeleteAsync(uow, [item], cancellationToken);

    private async Task ReadAsync(
        WorkBatch<FindingReading> batch, AwsPlace? place, IReadOnlyList<FindingReading> readings, Dictionary<string, Finding> findings,
        CancellationToken cancellationToken)
    {
        var askedAt = time.GetUtcNow();
        List<IncomingFinding> answers = [];
        if (place is not null)
        {
            try
            {
                answers = await AskAsync(batch, place, readings, findings, askedAt, cancellationToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                foreach (var reading in readings) batch.Retry(reading, fault);
                return;
            }
        }

        var listed = answers.Select(answer => answer.Finding.Id).ToHashSet(StringComparer.Ordinal);
        await database.WriteAsync(
            async uow =>
            {
                var doubtful = await changes.ApplyReadingsAsync(uow, answers, cancellationToken);
                await FindingScans.ListedAsync(uow, listed, askedAt, cancellationToken);
                var again = readings.Where(reading => listed.Contains(reading.FindingId)
                    ? doubtful.Contains(reading.FindingId) && !FindingReadings.Work.Retry.IsLast(batch.AttemptOf(reading))
                    : place is not null && batch.AttemptOf(reading) < MaxUnlisted).ToList();
                var done = readings.Except(again).ToList();
                var gone = done.Where(reading => place is not null && reading.AsksPresence && !listed.Contains(reading.FindingId));
                await changes.CloseGoneAsync(uow, gone.Select(reading => reading.FindingId), cancellationToken);
                await batch.CloseAsync(uow, done);
                await FindingReadings.DeleteAsync(uow, done, cancellationToken);
                foreach (var reading in again)
                    await batch.RescheduleAsync(uow, reading, askedAt + FindingReadings.Work.Retry.After(batch.AttemptOf(reading)));
                return true;
            },
            cancellationToken);
    }

    private async Task<List<IncomingFinding>> AskAsync(
        WorkBatch<FindingReading> batch, AwsPlace place, IReadOnlyList<FindingReading> readings, Dictionary<string, Finding> findings,
        DateTimeOffset askedAt, CancellationToken cancellationToken)
    {
        // Two findings of ours may be one to Security Hub: what it answers is both's.
        var byIdentity = readings.SelectMany(reading => FindingIdentity.AllOf(findings[reading.FindingId]).Select(
            identity => (Identity: identity, Reading: reading))).ToLookup(pair => pair.Identity, pair => pair.Reading);
        var answers = new List<IncomingFinding>();
        foreach (var identities in byIdentity.Select(group => group.Key).Chunk(FindingReadings.BatchSize))
        {
            var query = FindingQuery.ByIds(identities);
            var page = await clients.SecurityHub(place.Account, place.Region).GetFindingPage(query, null, cancellationToken);
            foreach (var json in page.Findings)
            {
                if (!Asff.TryRead(json, place.Region, askedAt, out var read, out _)) continue;
                answers.AddRange(byIdentity[new FindingIdentifier(read.Arn, read.ProductArn)].Select(
                    reading => new IncomingFinding(read with { Id = reading.FindingId }, Reading: batch.AttemptOf(reading))));
            }
        }

        return answers;
    }
}
