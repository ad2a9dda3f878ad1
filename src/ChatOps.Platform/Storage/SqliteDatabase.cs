using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace ChatOps.Platform.Storage;

/// <summary>
/// SQLite in one file, used by one process. Readers never wait (write-ahead log); writers pass one gate in the order they came,
/// which is fairer and quicker than SQLite's own polling for the lock.
/// </summary>
internal sealed class SqliteDatabase : IDatabase, IAsyncDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly string _connectionString;
    private readonly string? _temporaryFile;
    private FileStream? _hold;

    public SqliteDatabase(string connectionString)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true };
        if (settings.DataSource is "" or ":memory:" || settings.Mode == SqliteOpenMode.Memory)
        {
            // A shared in-memory database locks readers out while someone writes; a file that goes away with us does not.
            settings.DataSource = _temporaryFile = Path.Combine(Path.GetTempPath(), $"chatops-{Guid.NewGuid():N}.db");
            settings.Mode = SqliteOpenMode.ReadWriteCreate;
        }
        else if (Path.GetDirectoryName(Path.GetFullPath(settings.DataSource)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File = settings.DataSource;
        settings.Cache = SqliteCacheMode.Default;
        _connectionString = settings.ConnectionString;
    }

    public DatabaseKind Kind => DatabaseKind.Sqlite;

    /// <summary>The file.</summary>
    private string File { get; }

    /// <summary>
    /// The file is this process's until <see cref="DisposeAsync"/> or its end: two would deliver everything twice. Held by a lock on a file
    /// beside it, which is of no meaning once nobody holds it.
    /// </summary>
    /// <exception cref="DatabaseUnusableException">Another process has it.</exception>
    internal void Hold()
    {
        if (_hold is not null || _temporaryFile is not null
            || new SqliteConnectionStringBuilder(_connectionString).Mode == SqliteOpenMode.ReadOnly)
            return;
        var path = Path.GetFullPath(File) + ".lock";
        try
        {
            _hold = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException)
            && System.IO.File.Exists(path))
        {
            throw new DatabaseUnusableException(
                $"The SQLite file {File} of ConnectionStrings:ChatOps is used by another process, and SQLite serves one. Stop that " +
                "process, or use PostgreSQL for several.",
                taken);
        }
    }

    /// <summary>With the settings every connection needs; for the migration, which opens its own.</summary>
    internal string ConnectionString => _connectionString;

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => await ConnectAsync(cancellationToken);

    public async Task<T> WriteAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        UnitOfWork uow;
        T result;
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            // Not deferred: BEGIN IMMEDIATE takes the write lock now instead of failing in the middle.
            await using var transaction = connection.BeginTransaction(deferred: false);
            uow = new UnitOfWork(connection, transaction, Kind);
            result = await work(uow);
            await transaction.CommitAsync(cancellationToken);
        }
        finally
        {
            _writer.Release();
        }

        uow.RunAfterCommit();
        return result;
    }

    public ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(_connectionString)) SqliteConnection.ClearPool(connection);
        _writer.Dispose();
        _hold?.Dispose();
        if (_temporaryFile is not null)
        {
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"]) System.IO.File.Delete(_temporaryFile + suffix);
        }

        return ValueTask.CompletedTask;
    }

    private async Task<SqliteConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var pragmas = connection.CreateCommand();
            // FULL: a commit is on the disk when it returns, as PostgreSQL's is.
            pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;";
            await pragmas.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
