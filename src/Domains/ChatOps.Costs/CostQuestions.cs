using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using ChatOps.Platform.Storage;
using Dapper;

namespace ChatOps.Costs;

/// <summary>
/// Has a question to Cost Explorer asked once at a time: whoever comes with the same waits for the answer and pays nothing, on this replica
/// or on another. Different questions do not wait for each other.
/// </summary>
internal sealed class CostQuestions(IDatabase database, TimeProvider time)
{
    /// <summary>Longer than a request with its pages takes; a replica that is gone holds a question no longer than this.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);

    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>What is known, or what is asked now.</summary>
    /// <param name="question">What is asked; the same text is the same question.</param>
    /// <param name="known">Reads the answer where it is stored; null when it is not.</param>
    /// <param name="ask">Asks, and stores the answer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<T> AskAsync<T>(
        string question, Func<Task<T?>> known, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (await known() is { } stored) return stored;
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(question)));
        var turn = Enter(id);
        try
        {
            await turn.Gate.WaitAsync(cancellationToken);
            try
            {
                return await AskInTurnAsync(id, known, ask, cancellationToken);
            }
            finally
            {
                turn.Gate.Release();
            }
        }
        finally
        {
            Leave(id, turn);
        }
    }

    private async Task<T> AskInTurnAsync<T>(string id, Func<Task<T?>> known, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (await known() is { } meanwhile) return meanwhile;
        // SQLite belongs to one process.
        if (database.Kind == DatabaseKind.Sqlite) return await ask();
        while (!await TakeAsync(id, cancellationToken))
        {
            await Task.Delay(LookEvery, time, cancellationToken);
            if (await known() is { } elsewhere) return elsewhere;
        }

        try
        {
            return await known() ?? await ask();
        }
        finally
        {
            await GiveBackAsync(id);
        }
    }

    private Task<bool> TakeAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        async uow => await uow.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO cost_questions (id, lease_owner, lease_until)
            VALUES (@id, @owner, CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) + @lease)
            ON CONFLICT (id) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
            WHERE cost_questions.lease_until <= CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)
            """,
            new { id, owner = _owner, lease = (long)Lease.TotalMilliseconds }, uow.Transaction, cancellationToken: cancellationToken)) == 1,
        cancellationToken);

    private async Task GiveBackAsync(string id)
    {
        try
        {
            await database.WriteAsync(
                uow => uow.Connection.ExecuteAsync(
                    "DELETE FROM cost_questions WHERE id = @id AND lease_owner = @owner", new { id, owner = _owner }, uow.Transaction),
                CancellationToken.None);
        }
        catch (DbException)
        {
            // The lease ends by itself.
        }
    }

    private Turn Enter(string id)
    {
        while (true)
        {
            var turn = _turns.GetOrAdd(id, _ => new Turn());
            lock (turn)
            {
                if (turn.IsOver) continue;
                turn.Waiting++;
                return turn;
            }
        }
    }

    private void Leave(string id, Turn turn)
    {
        lock (turn)
        {
            if (--turn.Waiting > 0) return;
            turn.IsOver = true;
            _turns.TryRemove(id, out _);
        }

        turn.Gate.Dispose();
    }

    /// <summary>Those who ask the same question here.</summary>
    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Waiting { get; set; }

        public bool IsOver { get; set; }
    }
}
