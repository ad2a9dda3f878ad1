using System.Data.Common;
using Dapper;

namespace ChatOps.Platform.Work;

/// <summary>A kind of due work, whatever its items.</summary>
public interface IWorkKind
{
    /// <summary>Its name.</summary>
    string Kind { get; }

    /// <summary>Counts what is due at <c>@now</c>: columns Kind, Due, Oldest.</summary>
    internal string CountSql { get; }
}

/// <summary>
/// Where a kind of due work stands: a table with a due time (Unix milliseconds), <c>attempts bigint NOT NULL DEFAULT 0</c> and the
/// columns of the lease: <c>lease_owner text, lease_until bigint, lease_epoch bigint NOT NULL DEFAULT 0</c>. SQL fragments are the code's
/// own and
/// never contain outside text; the table is <c>w</c> in <see cref="Waiting"/> and <see cref="Order"/>.
/// </summary>
/// <typeparam name="TItem">An item of this work.</typeparam>
public abstract record WorkTable<TItem> : IWorkKind
    where TItem : notnull
{
    /// <summary>Names the kind in metrics, in the log and among dead letters: small letters, digits, '-'; at most 32.</summary>
    public required string Kind { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The columns of the primary key.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>What tells items apart: the key's values, with a space between.</summary>
    public required Func<TItem, string> Id { get; init; }

    /// <summary>Whether the key is one number rather than texts.</summary>
    public bool NumericKey { get; init; }

    /// <summary>What an item is read from: <c>id AS Id, note AS Note</c>.</summary>
    public required string Columns { get; init; }

    /// <summary>Which rows wait to be worked on, now or later.</summary>
    public required string Waiting { get; init; }

    /// <summary>The column of the due time.</summary>
    public string Due { get; init; } = "due_at";

    /// <summary>The column of the last attempt's error; null when there is none.</summary>
    public string? Error { get; init; }

    /// <summary>Which due rows are taken first.</summary>
    public string? Order { get; init; }

    /// <summary>
    /// What else taking a row changes: <c>state = 'sending'</c>. Rows that are no longer <see cref="Waiting"/> by it are never taken over.
    /// </summary>
    public string? OnTake { get; init; }

    /// <summary>When an item was recorded, for dead letters.</summary>
    public Func<TItem, DateTimeOffset>? CreatedAt { get; init; }

    /// <summary>Which rows have used up their attempts and can be tried again; null when no such state is kept.</summary>
    public string? Dead { get; init; }

    /// <summary>How a dead row waits again, beside its attempts and due time: <c>state = 'pending'</c>.</summary>
    public string? OnRevive { get; init; }

    /// <summary>How a dead row is given up for good: <c>state = 'discarded'</c>. Null deletes it.</summary>
    public string? OnDiscard { get; init; }

    /// <summary>How long an item is held. Processing is cancelled before that; longer than its calls with all their retries.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many items are processed together at most.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>How many batches are processed side by side at most.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>The waits between attempts, and how many there are.</summary>
    public RetrySchedule Retry { get; init; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    /// <summary>The longest wait between two looks for due rows: other replicas' rows wake nobody here.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often <see cref="IWorkProcessor{TItem}.SweepAsync"/> runs.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    string IWorkKind.CountSql =>
        $"SELECT '{Kind}' AS Kind, COUNT(*) AS Due, MIN(w.{Due}) AS Oldest FROM {Table} AS w WHERE {Waiting} AND w.{Due} <= @now";

    internal abstract Task<IEnumerable<(LeaseRow Lease, TItem Item)>> QueryAsync(
        DbConnection connection, string sql, object values, DbTransaction transaction);
}

/// <summary>A table whose rows are read as <typeparamref name="TRow"/>.</summary>
/// <param name="Read">Makes the item of a row.</param>
/// <typeparam name="TItem">An item of this work.</typeparam>
/// <typeparam name="TRow">What Dapper fills from <see cref="WorkTable{TItem}.Columns"/>.</typeparam>
public sealed record WorkTable<TItem, TRow>(Func<TRow, TItem> Read) : WorkTable<TItem>
    where TItem : notnull
{
    internal override Task<IEnumerable<(LeaseRow Lease, TItem Item)>> QueryAsync(
        DbConnection connection, string sql, object values, DbTransaction transaction) =>
        connection.QueryAsync<LeaseRow, TRow, (LeaseRow, TItem)>(
            sql, (lease, row) => (lease, Read(row)), values, transaction, splitOn: WorkQueue.ItemMark);
}

/// <summary>An item's lease as it was taken.</summary>
internal sealed record LeaseRow
{
    public string K0 { get; init; } = "";

    public string? K1 { get; init; }

    public long Epoch { get; init; }

    public long Attempts { get; init; }

    public long DueAt { get; init; }

    /// <summary>The key as dead letters have it.</summary>
    public string Key => K1 is null ? K0 : $"{K0} {K1}";
}
