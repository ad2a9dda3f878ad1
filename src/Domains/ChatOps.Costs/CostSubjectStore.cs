using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Costs;

/// <summary>The SQL of budgets and anomalies: documents with a version that nobody overwrites unseen.</summary>
internal static class CostSubjectStore
{
    /// <summary>A budget; null when there is none with that id.</summary>
    public static async Task<Budget?> BudgetAsync(
        DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken) =>
        await FindAsync(connection, transaction, Budget.Kind, id, cancellationToken) is { } row
            ? Read(row.Doc, CostJson.Default.Budget) with { Version = row.Version }
            : null;

    /// <summary>An anomaly; null when there is none with that id.</summary>
    public static async Task<Anomaly?> AnomalyAsync(
        DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken) =>
        await FindAsync(connection, transaction, Anomaly.Kind, id, cancellationToken) is { } row
            ? Read(row.Doc, CostJson.Default.Anomaly) with { Version = row.Version }
            : null;

    /// <summary>Budgets of a name, newest period first.</summary>
    public static async Task<IReadOnlyList<Budget>> BudgetsNamedAsync(
        DbConnection connection, string name, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            "SELECT doc, version FROM cost_subjects WHERE kind = 'budget' AND lower(name) = lower(@name) ORDER BY noticed_at DESC LIMIT " +
            "@most",
            new { name, most }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => Read(row.Doc, CostJson.Default.Budget) with { Version = row.Version })];
    }

    /// <summary>The latest periods of an account's budget, newest first.</summary>
    public static async Task<IReadOnlyList<Budget>> BudgetsOfAsync(
        UnitOfWork uow, string account, string name, CancellationToken cancellationToken)
    {
        var rows = await uow.Connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            """
            SELECT doc, version FROM cost_subjects WHERE kind = 'budget' AND account = @account AND name = @name
            ORDER BY noticed_at DESC LIMIT 20
            """,
            new { account, name }, uow.Transaction, cancellationToken: cancellationToken));
        return [.. rows.Select(row => Read(row.Doc, CostJson.Default.Budget) with { Version = row.Version })];
    }

    /// <summary>Budgets, period by period, that were told of since a moment; newest first.</summary>
    public static async Task<IReadOnlyList<Budget>> BudgetsSinceAsync(
        DbConnection connection, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            "SELECT doc, version FROM cost_subjects WHERE kind = 'budget' AND noticed_at >= @since ORDER BY noticed_at DESC, id",
            new { since = since.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => Read(row.Doc, CostJson.Default.Budget) with { Version = row.Version })];
    }

    /// <summary>Anomalies that were told of since a moment, newest first.</summary>
    public static async Task<IReadOnlyList<Anomaly>> AnomaliesSinceAsync(
        DbConnection connection, DateTimeOffset since, int most, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            "SELECT doc, version FROM cost_subjects WHERE kind = 'anomaly' AND noticed_at >= @since ORDER BY noticed_at DESC, id LIMIT " +
            "@most",
            new { since = since.ToUnixTimeMilliseconds(), most }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => Read(row.Doc, CostJson.Default.Anomaly) with { Version = row.Version })];
    }

    /// <summary>Saves what was read at its version (0 for what is new). False when somebody else has saved it since: read again.</summary>
    public static Task<bool> SaveAsync(UnitOfWork uow, Budget budget, long? refreshAt, CancellationToken cancellationToken) => SaveAsync(
        uow,
        new SubjectRow(
            Budget.Kind, budget.Id, budget.Account, budget.Name, (int)budget.Rank, budget.Open ? 1 : 0,
            budget.NoticedAt.ToUnixTimeMilliseconds(), refreshAt, budget.Version),
        JsonSerializer.Serialize(budget, CostJson.Default.Budget), cancellationToken);

    /// <summary>The same for an anomaly.</summary>
    public static Task<bool> SaveAsync(UnitOfWork uow, Anomaly anomaly, CancellationToken cancellationToken) => SaveAsync(
        uow,
        new SubjectRow(
            Anomaly.Kind, anomaly.Id, anomaly.Account, anomaly.AwsId, (int)anomaly.Rank, anomaly.Open ? 1 : 0,
            anomaly.NoticedAt.ToUnixTimeMilliseconds(), null, anomaly.Version),
        JsonSerializer.Serialize(anomaly, CostJson.Default.Anomaly), cancellationToken);

    /// <summary>The budgets that AWS is to be asked about.</summary>
    public static readonly WorkTable<DueBudget> Refreshes = new WorkTable<DueBudget, DueBudget>(row => row)
    {
        Kind = "budget-refresh",
        Table = "cost_subjects",
        Key = ["kind", "id"],
        Id = due => $"{Budget.Kind} {due.Id}",
        Columns = "id AS Id",
        Waiting = "w.kind = 'budget' AND w.refresh_at IS NOT NULL",
        Due = "refresh_at",
        Lease = TimeSpan.FromMinutes(5),
        BatchSize = 10,
        Retry = new RetrySchedule(TimeSpan.FromMinutes(2), TimeSpan.FromHours(6)),
        LookEvery = TimeSpan.FromMinutes(1),
    };

    /// <summary>The look went well: the next failure is the first again.</summary>
    public static Task ResetAttemptsAsync(
        UnitOfWork uow, string id, CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(new CommandDefinition(
        "UPDATE cost_subjects SET attempts = 0 WHERE kind = 'budget' AND id = @id", new { id }, uow.Transaction,
        cancellationToken: cancellationToken));

    private static async Task<(string Doc, long Version)?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string kind, string id, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Doc, long Version)>(new CommandDefinition(
            "SELECT doc, version FROM cost_subjects WHERE kind = @kind AND id = @id", new { kind, id }, transaction,
            cancellationToken: cancellationToken));
        return rows.Select(row => ((string, long)?)row).FirstOrDefault();
    }

    private static async Task<bool> SaveAsync(UnitOfWork uow, SubjectRow row, string doc, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO cost_subjects (kind, id, account, name, rank, is_open, noticed_at, refresh_at, version, doc)
            VALUES (@Kind, @Id, @Account, @Name, @Rank, @Open, @NoticedAt, @RefreshAt, @Version + 1, {Json(uow.Kind, "@doc")})
            ON CONFLICT (kind, id) DO UPDATE SET
              account = excluded.account, name = excluded.name, rank = excluded.rank, is_open = excluded.is_open,
                noticed_at = excluded.noticed_at,
              refresh_at = excluded.refresh_at, version = excluded.version, doc = excluded.doc
            WHERE cost_subjects.version = excluded.version - 1
            """,
            new { row.Kind, row.Id, row.Account, row.Name, row.Rank, row.Open, row.NoticedAt, row.RefreshAt, row.Version, doc },
            uow.Transaction, cancellationToken: cancellationToken)) == 1;

    /// <summary>A parameter that holds JSON.</summary>
    internal static string Json(DatabaseKind kind, string parameter) =>
        kind == DatabaseKind.Postgres ? $"CAST({parameter} AS jsonb)" : parameter;

    private static T Read<T>(string doc, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(doc, type) ?? throw new InvalidOperationException("A cost document is null.");

    private sealed record SubjectRow(
        string Kind, string Id, string Account, string Name, int Rank, int Open, long NoticedAt, long? RefreshAt, long Version);
}
