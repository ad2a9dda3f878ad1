using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Findings;

/// <summary>
/// Asks Security Hub about findings of which something was said without evidence, until it tells our decision back, or confirms that it
/// was undone.
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
                var again = readings.Where(reading => listed.Contains(reading.FindingId)
                    ? doubtful.Contains(reading.FindingId) && !FindingReadings.Work.Retry.IsLast(batch.AttemptOf(reading))
                    : place is not null && batch.AttemptOf(reading) < MaxUnlisted).ToList();
                var done = readings.Except(again).ToList();
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
        var byIdentity = readings.ToDictionary(
            reading => (findings[reading.FindingId].Arn, findings[reading.FindingId].ProductArn));
        var query = new FindingQuery
        {
            Filters = new AwsSecurityFindingFilters
            {
                Id = [.. byIdentity.Keys.Select(identity => identity.Arn).Distinct().Select(StringFilter.Is)],
                ProductArn = [.. byIdentity.Keys.Select(identity => identity.ProductArn).Distinct().Select(StringFilter.Is)],
            },
        };
        var page = await clients.SecurityHub(place.Account, place.Region).GetFindingPage(query, null, cancellationToken);
        var answers = new List<IncomingFinding>();
        foreach (var json in page.Findings)
        {
            if (!Asff.TryRead(json, place.Region, askedAt, out var read, out _)
                || !byIdentity.TryGetValue((read.Arn, read.ProductArn), out var reading))
                continue;
            answers.Add(new IncomingFinding(read with { Id = reading.FindingId }, Reading: batch.AttemptOf(reading)));
        }

        return answers;
    }
}
