using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Costs;

/// <summary>The SQL of what Cost Explorer answered, and of how often it was asked.</summary>
internal static class CostStore
{
    private const string Refresh = "refresh";

    /// <summary>The stored days of a table.</summary>
    public static async Task<IReadOnlyList<(CostDay Day, DateTimeOffset FetchedAt)>> DaysAsync(
        DbConnection connection, CostScope scope, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Day, long Estimated, long FetchedAt, string Doc)>(new CommandDefinition(
            """
            SELECT day, estimated, fetched_at, doc FROM cost_charges
            WHERE account = @Account AND metric = @Metric AND grouped_by = @GroupedBy AND filter = @Filter AND day >= @from AND day < @to
            ORDER BY day
            """,
            new { scope.Account, scope.Metric, scope.GroupedBy, Filter = scope.FilterText, from = Text(from), to = Text(to) },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => (
            new CostDay(
                DateOnly.ParseExact(row.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture), row.Estimated != 0,
                JsonSerializer.Deserialize(row.Doc, CostJson.Default.IReadOnlyListCostAmount)!),
            DateTimeOffset.FromUnixTimeMilliseconds(row.FetchedAt)))];
    }

    /// <summary>Stores days; one that was asked for later is not overwritten.</summary>
    public static Task SaveDaysAsync(
        UnitOfWork uow, CostScope scope, IReadOnlyList<CostDay> days, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<CostDayRow> rows = [.. days.Select(day => new CostDayRow(Text(day.Day), day.Estimated ? 1 : 0, day.Amounts))];
        return rows.Count == 0 ? Task.CompletedTask : uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO cost_charges (account, metric, grouped_by, filter, day, estimated, fetched_at, doc)
            SELECT @Account, @Metric, @GroupedBy, @Filter, r.value ->> 'day', CAST(r.value ->> 'estimated' AS integer), @now,
              r.value -> 'amounts'
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
            ON CONFLICT (account, metric, grouped_by, filter, day) DO UPDATE SET estimated = excluded.estimated,
              fetched_at = excluded.fetched_at, doc = excluded.doc
            WHERE cost_charges.fetched_at <= excluded.fetched_at
            """,
            new
            {
                scope.Account,
                scope.Metric,
                scope.GroupedBy,
                Filter = scope.FilterText,
                now = now.ToUnixTimeMilliseconds(),
                rows = JsonSerializer.Serialize(rows, CostJson.Default.IReadOnlyListCostDayRow),
            },
            uow.Transaction, cancellationToken: cancellationToken));
    }

    /// <summary>From now on nothing that was answered before is good, but for when AWS is away.</summary>
    public static Task SaveRefreshAsync(UnitOfWork uow, DateTimeOffset now, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO cost_answers (id, fetched_at, doc) VALUES ('{Refresh}', @now, {CostSubjectStore.Json(uow.Kind, "'{}'")})
            ON CONFLICT (id) DO UPDATE SET fetched_at = excluded.fetched_at
            """,
            new { now = now.ToUnixTimeMilliseconds() }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Since when answers are good; the beginning of time when nobody wanted them anew.</summary>
    public static async Task<DateTimeOffset> RefreshedAtAsync(DbConnection connection, CancellationToken cancellationToken) =>
        DateTimeOffset.FromUnixTimeMilliseconds(await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            $"SELECT fetched_at FROM cost_answers WHERE id = '{Refresh}'", cancellationToken: cancellationToken)) ?? 0);

    /// <summary>Remembers what accounts are called.</summary>
    public static async Task SaveNamesAsync(
        UnitOfWork uow, IReadOnlyDictionary<string, string> names, CancellationToken cancellationToken)
    {
        foreach (var (id, name) in names)
        {
            await uow.Connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO cost_accounts (id, name) VALUES (@id, @name) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
                new { id, name = StorableText.Clean(name) }, uow.Transaction, cancellationToken: cancellationToken));
        }
    }

    /// <summary>What accounts are called.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(
        DbConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(string Id, string Name)>(new CommandDefinition(
            "SELECT id, name FROM cost_accounts", cancellationToken: cancellationToken))).ToDictionary(row => row.Id, row => row.Name);

    /// <summary>A stored answer that is not older than a moment; null otherwise.</summary>
    public static async Task<StoredAnswer<T>?> AnswerAsync<T>(
        DbConnection connection, string id, DateTimeOffset since, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var rows = await connection.QueryAsync<(string Doc, long FetchedAt)>(new CommandDefinition(
            "SELECT doc, fetched_at FROM cost_answers WHERE id = @id AND fetched_at >= @since",
            new { id, since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        return rows.Select(row => JsonSerializer.Deserialize(row.Doc, type) is { } answer
            ? new StoredAnswer<T>(answer, DateTimeOffset.FromUnixTimeMilliseconds(row.FetchedAt))
            : null).FirstOrDefault();
    }

    /// <summary>Stores an answer, and forgets those that nobody will read any more.</summary>
    public static async Task SaveAnswerAsync<T>(
        UnitOfWork uow, string id, T answer, DateTimeOffset now, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO cost_answers (id, fetched_at, doc) VALUES (@id, @now, {CostSubjectStore.Json(uow.Kind, "@doc")})
            ON CONFLICT (id) DO UPDATE SET fetched_at = excluded.fetched_at, doc = excluded.doc
            """,
            new { id, now = now.ToUnixTimeMilliseconds(), doc = JsonSerializer.Serialize(answer, type) }, uow.Transaction,
            cancellationToken: cancellationToken));
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM cost_answers WHERE fetched_at < @old", new { old = now.AddDays(-40).ToUnixTimeMilliseconds() }, uow.Transaction,
            cancellationToken: cancellationToken));
    }

    /// <summary>Counts a request about to be made; null when the month's limit is reached, and nothing is counted then.</summary>
    public static async Task<int?> CountRequestAsync(UnitOfWork uow, string month, int limit, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            """
            INSERT INTO cost_requests (month, requests) VALUES (@month, 1)
            ON CONFLICT (month) DO UPDATE SET requests = cost_requests.requests + 1 WHERE @limit = 0 OR cost_requests.requests < @limit
            RETURNING requests
            """,
            new { month, limit }, uow.Transaction, cancellationToken: cancellationToken));

    /// <summary>Takes a request off again that AWS refused: it cost nothing.</summary>
    public static Task UncountRequestAsync(UnitOfWork uow, string month, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(new CommandDefinition(
            "UPDATE cost_requests SET requests = requests - 1 WHERE month = @month AND requests > 0", new { month }, uow.Transaction,
            cancellationToken: cancellationToken));

    /// <summary>How many requests were made in a month.</summary>
    public static async Task<int> RequestsAsync(DbConnection connection, string month, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            "SELECT requests FROM cost_requests WHERE month = @month", new { month }, cancellationToken: cancellationToken)) ?? 0;

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>A day as it is stored.</summary>
internal sealed record CostDayRow(string Day, int Estimated, IReadOnlyList<CostAmount> Amounts);

/// <summary>An answer as it is stored.</summary>
/// <param name="Answer">What AWS answered.</param>
/// <param name="FetchedAt">When.</param>
internal sealed record StoredAnswer<T>(T Answer, DateTimeOffset FetchedAt);
