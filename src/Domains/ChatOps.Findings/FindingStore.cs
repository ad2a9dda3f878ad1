using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Findings;

/// <summary>The SQL of findings: reading and writing them whole, in batches. </summary>
internal static class FindingStore
{
    /// <summary>Rows in one statement: large enough to be quick, small enough that the JSON stays within a few megabytes.</summary>
    public const int BatchSize = 500;

    private const int SearchLength = 8000;

    /// <summary>The finding with this id, or null.</summary>
    public static async Task<Finding?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(connection, transaction, [id], cancellationToken);
        return found.GetValueOrDefault(id);
    }

    /// <summary>Those of the findings that are known, by id.</summary>
    public static async Task<Dictionary<string, Finding>> FindAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Finding>(ids.Count, StringComparer.Ordinal);
        var kind = KindOf(connection);
        foreach (var chunk in ids.Chunk(BatchSize))
        {
            var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
                $"SELECT doc, version FROM findings WHERE id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(kind, "@ids")} AS r)",
                new { ids = JsonRows.Ids(chunk) }, transaction, cancellationToken: cancellationToken));
            foreach (var (doc, version) in rows)
            {
                var finding = FindingJson.Read(doc, version);
                found[finding.Id] = finding;
            }
        }

        return found;
    }

    /// <summary>Our ids of the findings with these ARNs, by ARN and product.</summary>
    public static async Task<Dictionary<(string Arn, string ProductArn), string>> IdsAsync(
        UnitOfWork uow, IReadOnlyList<string> arns, CancellationToken cancellationToken) =>
        (await uow.Connection.QueryAsync<(string Arn, string ProductArn, string Id)>(new CommandDefinition(
            $"SELECT arn, product_arn, id FROM findings WHERE arn IN (SELECT r.value ->> 'id' FROM {JsonRows.From(
                uow.Kind, "@arns")} AS r)",
            new { arns = JsonRows.Ids(arns) }, uow.Transaction, cancellationToken: cancellationToken))).ToDictionary(
                row => (row.Arn, row.ProductArn), row => row.Id);

    /// <summary>
    /// Saves findings that were read at <see cref="Finding.Version"/> (0 for new ones). One that somebody else has saved since stays
    /// as it is: read it again and decide anew.
    /// </summary>
    /// <returns>The ids that were saved.</returns>
    public static async Task<HashSet<string>> SaveAsync(
        UnitOfWork uow, IReadOnlyCollection<Finding> findings, CancellationToken cancellationToken)
    {
        var saved = new HashSet<string>(findings.Count, StringComparer.Ordinal);
        // Always in the same order, so that two writers never wait for each other crosswise.
        foreach (var chunk in findings.OrderBy(finding => finding.Id, StringComparer.Ordinal).Chunk(BatchSize))
        {
            var rows = JsonSerializer.Serialize([.. chunk.Select(FindingRow.Of)], FindingJson.Default.IReadOnlyListFindingRow);
            saved.UnionWith(await uow.Connection.QueryAsync<string>(new CommandDefinition(
                $"""
                INSERT INTO findings (id, arn, product_arn, account, region, control, rank, state, group_key, resource, suppressed_until,
                  recorded_at, closed_at, updated_at, version, search, doc)
                SELECT r.value ->> 'id', r.value ->> 'arn', r.value ->> 'productArn', r.value ->> 'account', r.value ->> 'region',
                  r.value ->> 'control',
                       CAST(r.value ->> 'rank' AS integer), r.value ->> 'state', r.value ->> 'groupKey', r.value ->> 'resource',
                       CAST(r.value ->> 'suppressedUntil' AS bigint), CAST(r.value ->> 'recordedAt' AS bigint),
                         CAST(r.value ->> 'closedAt' AS bigint),
                       CAST(r.value ->> 'updatedAt' AS bigint), CAST(r.value ->> 'version' AS bigint),
                       r.value ->> 'search', r.value -> 'doc'
                FROM {JsonRows.From(uow.Kind, "@rows")} AS r
                WHERE true
                ON CONFLICT (id) DO UPDATE SET
                  arn = excluded.arn, product_arn = excluded.product_arn, account = excluded.account, region = excluded.region,
                    control = excluded.control, rank = excluded.rank, state = excluded.state,
                  group_key = excluded.group_key, resource = excluded.resource, suppressed_until = excluded.suppressed_until,
                    closed_at = excluded.closed_at,
                  updated_at = excluded.updated_at, version = excluded.version, search = excluded.search, doc = excluded.doc
                WHERE findings.version = excluded.version - 1
                RETURNING id
                """,
                new { rows }, uow.Transaction, cancellationToken: cancellationToken)));
            await SaveResourcesAsync(uow, [.. chunk.Where(finding => saved.Contains(finding.Id))], cancellationToken);
        }

        return saved;
    }

    /// <summary>The resources of findings beside the first: those of a new finding with one need no word.</summary>
    private static async Task SaveResourcesAsync(UnitOfWork uow, IReadOnlyList<Finding> findings, CancellationToken cancellationToken)
    {
        var further = findings.SelectMany(finding => finding.Resources.Select(resource => resource.Arn).Distinct()
            .Where(arn => arn != finding.Resources[0].Arn).Select(arn => new { finding.Id, Arn = arn })).ToList();
        var changed = findings.Where(finding => finding.Version > 0).Select(finding => finding.Id).ToList();
        if (changed.Count > 0)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                $"""
                DELETE FROM finding_resources WHERE finding_id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@changed")} AS r)
                """,
                new { changed = JsonRows.Ids(changed) }, uow.Transaction, cancellationToken: cancellationToken));
        }

        if (further.Count == 0) return;
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO finding_resources (finding_id, resource)
            SELECT r.value ->> 'Id', r.value ->> 'Arn' FROM {JsonRows.From(uow.Kind, "@further")} AS r WHERE true ON CONFLICT DO NOTHING
            """,
            new { further = JsonSerializer.Serialize(further) }, uow.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Appends lines to the histories of findings.</summary>
    public static Task AppendAsync(UnitOfWork uow, IReadOnlyList<HistoryRow> lines, CancellationToken cancellationToken) =>
        lines.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO finding_history (finding_id, at, what, data)
            SELECT r.value ->> 'findingId', CAST(r.value ->> 'at' AS bigint), r.value ->> 'what', r.value ->> 'data'
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r
            """,
            new { rows = JsonSerializer.Serialize(lines, FindingJson.Default.IReadOnlyListHistoryRow) }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>The latest lines of a finding's history, oldest first.</summary>
    public static async Task<IReadOnlyList<HistoryRow>> HistoryAsync(
        DbConnection connection, string id, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(long At, string What, string Data)>(new CommandDefinition(
            "SELECT at, what, data FROM finding_history WHERE finding_id = @id ORDER BY id DESC LIMIT @most", new { id, most },
            cancellationToken: cancellationToken));
        return [.. rows.Reverse().Select(row => new HistoryRow(id, row.At, row.What, row.Data))];
    }

    /// <summary>Keeps what could not be read.</summary>
    public static Task KeepFaultAsync(
        UnitOfWork uow, long eventId, AsffFault fault, DateTimeOffset at, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO finding_faults (event_id, place, at, error, body) VALUES (@eventId, @place, @at, @error, @body) ON CONFLICT DO " +
            "NOTHING",
            new
            {
                eventId,
                place = fault.Index,
                at = at.ToUnixTimeMilliseconds(),
                error = fault.Error,
                body = StorableText.Clean(fault.Json),
            },
            uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Ids of findings whose accepted risk has run out.</summary>
    public static async Task<IReadOnlyList<string>> ExpiredAsync(
        DbConnection connection, DateTimeOffset now, int most, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT id FROM findings WHERE suppressed_until <= @now ORDER BY suppressed_until LIMIT @most",
            new { now = now.ToUnixTimeMilliseconds(), most }, cancellationToken: cancellationToken))];

    internal static DatabaseKind KindOf(DbConnection connection) =>
        connection is Npgsql.NpgsqlConnection ? DatabaseKind.Postgres : DatabaseKind.Sqlite;

    internal static string SearchOf(Finding finding)
    {
        var text = string.Join(
            ' ', new[] { finding.ControlName, finding.Title, finding.Product, finding.Account, finding.Region, finding.Arn }
            .Concat(finding.Resources.Select(resource => resource.Arn))
            .Concat(finding.Members.Select(member => member.Arn).Where(arn => arn != finding.Arn))
            .Concat(finding.Vulnerabilities.Take(5).Select(vulnerability => vulnerability.Id))
            .Where(part => !string.IsNullOrEmpty(part))).ToLowerInvariant();
        return text.Length <= SearchLength ? text : text[..SearchLength];
    }
}

/// <summary>A finding as a row.</summary>
internal sealed record FindingRow(
    string Id, string Arn, string ProductArn, string Account, string Region, string? Control, int Rank, string State, string GroupKey,
    string? Resource,
    long? SuppressedUntil, long RecordedAt, long? ClosedAt, long UpdatedAt, long Version, string Search, Finding Doc)
{
    public static FindingRow Of(Finding finding) => new(
        finding.Id, finding.Arn, finding.ProductArn, finding.Account, finding.Region, finding.ControlId, (int)finding.Severity,
        finding.State.ToString(), finding.Group,
        finding.Resources is [var first, ..] ? first.Arn : null,
        finding switch
        {
            { State: FindingState.Suppressed, Suppressed: { } suppression } => suppression.Until.ToUnixTimeMilliseconds(),
            // What waits for an approver ends, too.
            { SuppressionAsked: { State: SuppressionRequestState.Waiting } asked } =>
                (asked.At + SuppressionApprovals.ExpiresAfter).ToUnixTimeMilliseconds(),
            _ => null,
        },
        finding.RecordedAt.ToUnixTimeMilliseconds(),
        finding.State is FindingState.Resolved or FindingState.Archived
            ? (finding.ClosedAt ?? finding.UpdatedAt).ToUnixTimeMilliseconds()
            : null,
        finding.UpdatedAt.ToUnixTimeMilliseconds(), finding.Version + 1, FindingStore.SearchOf(finding), finding);
}

/// <summary>A line of a finding's history.</summary>
/// <param name="FindingId">The finding.</param>
/// <param name="At">When, in Unix milliseconds.</param>
/// <param name="What">Names the sentence, as in the thread.</param>
/// <param name="Data">Its JSON.</param>
internal sealed record HistoryRow(string FindingId, long At, string What, string Data);
