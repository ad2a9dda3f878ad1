using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>A digest whose figures are to be read again.</summary>
internal sealed record DueDigest
{
    public string Id { get; init; } = "";
}

/// <summary>
/// Brings digests up to date that were posted: after twelve and after thirty-six hours, when AWS has closed the month, and once more on the
/// fifteenth, when refunds are in. A message without a change is not drawn anew.
/// </summary>
internal sealed class DigestRefresher(
    DigestReader reader, DigestDistribution distribution, IDatabase database, IOutbox outbox, IOptions<CostOptions> options,
    TimeProvider time) : IWorkProcessor<DueDigest>
{
    private static readonly TimeSpan[] AfterMade = [TimeSpan.FromHours(12), TimeSpan.FromHours(36)];

    /// <summary>On this day of the next month refunds and corrections of a closed month are in.</summary>
    private const int LastLookOn = 15;

    /// <summary>From then on a month that AWS still calls estimated is left as it is.</summary>
    private const int GivenUpOn = 20;

    public async Task ProcessAsync(WorkBatch<DueDigest> batch, CancellationToken cancellationToken)
    {
        foreach (var due in batch.Items) await RefreshAsync(batch, due, cancellationToken);
    }

    public Task GiveUpAsync(UnitOfWork uow, DueDigest item, Exception fault, CancellationToken cancellationToken) =>
        DigestStore.WakeAsync(uow, item.Id, null, cancellationToken);

    /// <summary>When a digest is read again next; null when no more.</summary>
    /// <param name="digest">The digest.</param>
    /// <param name="madeAt">When it was made.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="closedOn">The day of a month on which the bill of the month before is closed.</param>
    internal static DateTimeOffset? NextAfter(CostDigest digest, DateTimeOffset madeAt, DateTimeOffset now, int closedOn)
    {
        var last = digest.To.AddDays(-1);
        var month = new DateTimeOffset(new DateOnly(last.Year, last.Month, 1).AddMonths(1), new TimeOnly(12, 0), TimeSpan.Zero);
        var looks = AfterMade.Select(after => madeAt + after)
            .Concat([month.AddDays(closedOn - 1), month.AddDays(LastLookOn - 1)]);
        if (digest.Estimated && now >= month.AddDays(closedOn - 1) && now < month.AddDays(GivenUpOn - 1))
            looks = looks.Append(now.AddDays(1));
        return looks.Where(at => at > now).Order().Select(at => (DateTimeOffset?)at).FirstOrDefault();
    }

    private async Task RefreshAsync(WorkBatch<DueDigest> batch, DueDigest due, CancellationToken cancellationToken)
    {
        CostDigest? digest;
        DateTimeOffset madeAt;
        bool isFollowed;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            (digest, madeAt) = await DigestStore.MadeAsync(connection, due.Id, cancellationToken);
            isFollowed = digest is { IsPreliminary: true } && await DigestStore.FindAsync(
                connection, CostDigests.IdOf(DigestFrequency.MonthlyClosed, digest.From), cancellationToken) is not null;
        }

        if (digest is null) return;
        var now = time.GetUtcNow();
        var (fresh, table) = await reader.RefreshAsync(digest, cancellationToken);
        fresh = fresh with { IsFollowed = isFollowed };
        var changed = !DigestReader.SayTheSame(digest, fresh);
        if (changed)
        {
            var pictures = await distribution.DrawAsync(fresh, table, distribution.Channels, cancellationToken);
            fresh = fresh with { UpdatedAt = now, Pictures = pictures.Count > 0 ? pictures : digest.Pictures };
        }

        var next = NextAfter(fresh, madeAt, now, options.Value.Digest.ClosedOn);
        await database.WriteAsync(
            async uow =>
            {
                await batch.CloseAsync(uow, due);
                await DigestStore.ReplaceAsync(uow, digest, fresh, next, cancellationToken);
                if (changed || isFollowed != digest.IsFollowed)
                    await outbox.MarkChangedAsync(
                        uow, [new ChangedSubject(new SubjectId(CostDigest.Kind, digest.Id), Severity.Informational, Open: false)],
                        cancellationToken);
            },
            cancellationToken);
    }
}
