using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of how far Security Hub's findings are read: a row an account and Region, worked on a page at a time.</summary>
internal static class FindingScans
{
    private const string Fields = """
        account AS Account, region AS Region, started_at AS StartedAt, is_full AS IsFull, next_token AS NextToken, read_count AS ReadCount,
          known_until AS KnownUntil, full_at AS FullAt, ended_at AS EndedAt, error AS Error
        """;

    /// <summary>The passes: what is due is the next page, or the next pass.</summary>
    public static readonly WorkTable<FindingScan> Work = new WorkTable<FindingScan, Row>(row => row.ToScan())
    {
        Kind = "securityhub-scan",
        Table = "finding_scans",
        Key = ["account", "region"],
        Id = scan => $"{scan.Account} {scan.Region}",
        Columns = Fields,
        Waiting = "w.due_at IS NOT NULL",
        Error = "error",
        // Longer than a call with all its retries.
        Lease = TimeSpan.FromMinutes(4),
        // Places have limits of their own at AWS.
        Parallelism = 4,
        Retry = new RetrySchedule(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)),
        LookEvery = TimeSpan.FromMinutes(1),
    };

    /// <summary>Has places read that never were; with <paramref name="atOnce"/> the others, too, unless they are under way.</summary>
    public static async Task EnsureAsync(
        UnitOfWork uow, IReadOnlyList<AwsPlace> places, DateTimeOffset now, bool atOnce, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"""
                INSERT INTO finding_scans (account, region, due_at) VALUES (@Account, @Region, @now)
                ON CONFLICT (account, region) {(atOnce
                    ? "DO UPDATE SET due_at = excluded.due_at WHERE finding_scans.due_at > excluded.due_at " +
                      "AND finding_scans.lease_until IS NULL"
                    : "DO NOTHING")}
                """,
                new { place.Account, place.Region, now = now.ToUnixTimeMilliseconds() }, uow.Transaction,
                cancellationToken: cancellationToken));
        }
    }

    /// <summary>Writes down how far a pass is.</summary>
    public static Task SaveAsync(UnitOfWork uow, FindingScan scan, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE finding_scans SET started_at = @startedAt, is_full = @isFull, next_token = @NextToken, read_count = @ReadCount,
              known_until = @knownUntil, full_at = @fullAt, ended_at = @endedAt, error = NULL, attempts = 0
            WHERE account = @Account AND region = @Region
            """,
            new
            {
                scan.Account,
                scan.Region,
                scan.NextToken,
                scan.ReadCount,
                isFull = scan.IsFull ? 1 : 0,
                startedAt = scan.StartedAt?.ToUnixTimeMilliseconds(),
                knownUntil = scan.KnownUntil?.ToUnixTimeMilliseconds(),
                fullAt = scan.FullAt?.ToUnixTimeMilliseconds(),
                endedAt = scan.EndedAt?.ToUnixTimeMilliseconds(),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>The place is no longer ours to read.</summary>
    public static Task DeleteAsync(UnitOfWork uow, FindingScan scan, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM finding_scans WHERE account = @Account AND region = @Region", new { scan.Account, scan.Region }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>All of them, by account and Region.</summary>
    public static async Task<IReadOnlyList<FindingScan>> AllAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Fields} FROM finding_scans ORDER BY account, region", cancellationToken: cancellationToken)))
            .Select(row => row.ToScan())];

    /// <summary>Security Hub has just listed these.</summary>
    public static Task ListedAsync(
        UnitOfWork uow, IReadOnlyCollection<string> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        ids.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE findings SET listed_at = @now
            WHERE id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)
            """,
            new { ids = JsonRows.Ids(ids.Order(StringComparer.Ordinal)), now = now.ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>
    /// Findings that stand here and were not listed since a moment, the longest unlisted first. Of accounts that are not configured only
    /// where the place shows that it lists that account's.
    /// </summary>
    /// <param name="uow">The transaction.</param>
    /// <param name="place">Where Security Hub was asked.</param>
    /// <param name="others">The configured accounts, when the place is asked about all others, too; null when it is not.</param>
    /// <param name="since">The moment.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<IReadOnlyList<string>> UnlistedAsync(
        UnitOfWork uow, AwsPlace place, IReadOnlyList<string>? others, DateTimeOffset since, int most, CancellationToken cancellationToken)
    {
        var ofOthers = others is null ? "" : $"""
            OR (f.account NOT IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@others")} AS r)
              AND EXISTS (SELECT 1 FROM findings l WHERE l.account = f.account AND l.listed_at >= @since))
            """;
        return
        [
            .. await uow.Connection.QueryAsync<string>(new CommandDefinition(
                $"""
                SELECT f.id FROM findings f
                WHERE f.state IN ('New', 'Acknowledged', 'Suppressed') AND f.doc ->> 'form' = 'Asff'
                  AND COALESCE(f.listed_at, f.recorded_at) < @since
                  AND ((f.account = @Account AND f.region = @Region) {ofOthers})
                ORDER BY COALESCE(f.listed_at, f.recorded_at), f.id LIMIT @most
                """,
                new
                {
                    place.Account, place.Region, most, since = since.ToUnixTimeMilliseconds(), others = JsonRows.Ids(others ?? []),
                },
                uow.Transaction, cancellationToken: cancellationToken)),
        ];
    }

    internal sealed record Row
    {
        public string Account { get; init; } = "";

        public string Region { get; init; } = "";

        public long? StartedAt { get; init; }

        public long IsFull { get; init; }

        public string? NextToken { get; init; }

        public long ReadCount { get; init; }

        public long? KnownUntil { get; init; }

        public long? FullAt { get; init; }

        public long? EndedAt { get; init; }

        public string? Error { get; init; }

        public FindingScan ToScan() => new(Account, Region)
        {
            StartedAt = At(StartedAt),
            IsFull = IsFull != 0,
            NextToken = NextToken,
            ReadCount = ReadCount,
            KnownUntil = At(KnownUntil),
            FullAt = At(FullAt),
            EndedAt = At(EndedAt),
            Error = Error,
        };

        private static DateTimeOffset? At(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}

/// <summary>How far the findings of an account and Region are read.</summary>
/// <param name="Account">The account whose Security Hub is asked.</param>
/// <param name="Region">Its Region.</param>
internal sealed record FindingScan(string Account, string Region)
{
    /// <summary>When the pass under way began; null between two.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether the pass, or the last, reads all that is open; otherwise what has changed.</summary>
    public bool IsFull { get; init; }

    /// <summary>Where the next page begins; null at the first.</summary>
    public string? NextToken { get; init; }

    /// <summary>Findings that the pass, or the last, has read.</summary>
    public long ReadCount { get; init; }

    /// <summary>Whatever was updated before it is read.</summary>
    public DateTimeOffset? KnownUntil { get; init; }

    /// <summary>When a full pass last ended; null before the first.</summary>
    public DateTimeOffset? FullAt { get; init; }

    /// <summary>When a pass last ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why the last page could not be read; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>The place.</summary>
    public AwsPlace Place => new(Account, Region);
}
