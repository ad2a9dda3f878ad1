using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Findings;

/// <summary>
/// Reads Security Hub's findings unprompted: all that is open at the first start, then what has changed, and all that is open again once in
/// a while. What is lost on the way of events is noticed so, and what Security Hub no longer lists is asked for. A page at a time, so that
/// a restart goes on where it was, and others get their share of AWS's limit.
/// </summary>
internal sealed partial class SecurityHubScanner(
    IDatabase database, IAwsClients clients, IAwsAccounts accounts, FindingChanges changes, WorkSignal<FindingReading> readings,
    IOptions<FindingsOptions> options, TimeProvider time, ILogger<SecurityHubScanner> logger) : IWorkProcessor<FindingScan>
{
    /// <summary>So much is read twice: UpdatedAt is the provider's clock, and a finding may be listed late.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(30);

    /// <summary>So many that were not listed for long are asked for after an incremental pass; a full one asks for all.</summary>
    private const int AskedAfterIncremental = 100;

    private const int AskedAfterFull = 50_000;

    private bool _begun;

    public async Task ProcessAsync(WorkBatch<FindingScan> batch, CancellationToken cancellationToken)
    {
        foreach (var scan in batch.Items)
        {
            if (Places().Contains(scan.Place)) await ReadPageAsync(batch, scan, cancellationToken);
            else
                await database.WriteAsync(
                    async uow =>
                    {
                        await batch.CloseAsync(uow, scan);
                        await FindingScans.DeleteAsync(uow, scan, cancellationToken);
                    },
                    cancellationToken);
        }
    }

    /// <summary>It is tried for ever: the schedule has no last attempt.</summary>
    public Task GiveUpAsync(UnitOfWork uow, FindingScan item, Exception fault, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Accounts and Regions that are new get their first pass, and every place one at the start.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            uow => FindingScans.EnsureAsync(uow, Places(), time.GetUtcNow(), atOnce: !_begun, cancellationToken), cancellationToken);
        _begun = true;
    }

    private List<AwsPlace> Places()
    {
        var places = accounts.All.SelectMany(account => account.Regions.Select(region => new AwsPlace(account.Id, region))).ToList();
        if (accounts.All is [var first, ..] && !places.Contains(new AwsPlace(first.Id, accounts.HomeRegion)))
            places.Add(new AwsPlace(first.Id, accounts.HomeRegion));
        return places;
    }

    private async Task ReadPageAsync(WorkBatch<FindingScan> batch, FindingScan scan, CancellationToken cancellationToken)
    {
        var askedAt = time.GetUtcNow();
        if (scan.StartedAt is null)
            scan = scan with
            {
                StartedAt = askedAt,
                NextToken = null,
                ReadCount = 0,
                IsFull = scan.FullAt is not { } fullAt || askedAt - fullAt >= options.Value.FullPassEvery,
            };
        FindingPage page;
        try
        {
            page = await clients.SecurityHub(scan.Account, scan.Region).GetFindingPage(QueryOf(scan), scan.NextToken, cancellationToken);
        }
        catch (AmazonServiceException fault) when (scan.NextToken is not null && AwsErrors.KindOf(fault) == AwsErrorKind.Invalid)
        {
            // The page's place is no longer known: the pass begins anew.
            LogRestarted(fault, scan.Account, scan.Region);
            await database.WriteAsync(
                async uow =>
                {
                    await batch.RescheduleAsync(uow, scan, askedAt + options.Value.PageEvery);
                    await FindingScans.SaveAsync(uow, scan with { StartedAt = null, NextToken = null }, cancellationToken);
                },
                cancellationToken);
            return;
        }

        var listed = IncomingOf(page, scan, askedAt);
        var next = page.NextToken is null
            ? scan with
            {
                StartedAt = null,
                NextToken = null,
                ReadCount = scan.ReadCount + page.Findings.Count,
                KnownUntil = scan.StartedAt,
                EndedAt = askedAt,
                FullAt = scan.IsFull ? askedAt : scan.FullAt,
            }
            : scan with { NextToken = page.NextToken, ReadCount = scan.ReadCount + page.Findings.Count };
        await database.WriteAsync(
            async uow =>
            {
                var due = askedAt + (page.NextToken is null ? options.Value.ReconcileEvery : options.Value.PageEvery);
                await batch.RescheduleAsync(uow, scan, due);
                var known = await changes.ApplyListedAsync(uow, listed, cancellationToken);
                await FindingScans.ListedAsync(uow, known, askedAt, cancellationToken);
                if (page.NextToken is null) await AskForUnlistedAsync(uow, scan, askedAt, cancellationToken);
                await FindingScans.SaveAsync(uow, next, cancellationToken);
            },
            cancellationToken);
    }

    private static FindingQuery QueryOf(FindingScan scan) => new()
    {
        Filters = scan.IsFull || scan.KnownUntil is not { } knownUntil
            ? new AwsSecurityFindingFilters
            {
                RecordState = [StringFilter.Is("ACTIVE")],
                WorkflowStatus = [StringFilter.Is(FindingWorkflow.New), StringFilter.Is(FindingWorkflow.Notified)],
            }
            : new AwsSecurityFindingFilters
            {
                UpdatedAt = [DateFilter.Between(knownUntil - Overlap, scan.StartedAt!.Value.AddDays(1))],
            },
    };

    private List<IncomingFinding> IncomingOf(FindingPage page, FindingScan scan, DateTimeOffset askedAt)
    {
        var incoming = new List<IncomingFinding>(page.Findings.Count);
        foreach (var json in page.Findings)
        {
            // A list may be as old as that: it overrules nothing that an event has told since.
            if (Asff.TryRead(json, scan.Region, askedAt - FindingEvidence.ListedWithin, out var finding, out var error))
                incoming.Add(new IncomingFinding(finding, OnlyIfKnown: !finding.Open, IsListed: true));
            else LogUnreadable(scan.Account, scan.Region, error);
        }

        return incoming;
    }

    /// <summary>
    /// After a full pass whatever it did not list; after an incremental one those that were not listed for the longest time. They are asked
    /// for by their ids: a person may have closed them, or they are gone.
    /// </summary>
    private async Task AskForUnlistedAsync(UnitOfWork uow, FindingScan scan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isHome = accounts.All is [var first, ..] && scan.Place == new AwsPlace(first.Id, accounts.HomeRegion);
        var since = scan.IsFull ? scan.StartedAt!.Value : scan.StartedAt!.Value - options.Value.ReconcileEvery;
        var ids = await FindingScans.UnlistedAsync(
            uow, scan.Place, isHome ? [.. accounts.All.Select(account => account.Id)] : null, since,
            scan.IsFull ? AskedAfterFull : AskedAfterIncremental, cancellationToken);
        if (ids.Count == 0) return;
        await FindingReadings.PlanPresenceAsync(uow, ids, now, options.Value.PageEvery, cancellationToken);
        uow.AfterCommit(readings.Wake);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Security Hub's list of {Account} {Region} is read anew from its beginning")]
    private partial void LogRestarted(Exception fault, string account, string region);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A finding in Security Hub's list of {Account} {Region} could not be read: {Error}")]
    private partial void LogUnreadable(string account, string region, string error);
}
