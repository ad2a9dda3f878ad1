namespace ChatOps.EndToEnd.Operating;

/// <summary>A SQLite file that is gone when the test is.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"chatops-operating-{Guid.NewGuid():N}.db");

    public string ConnectionString => $"Data Source={_file}";

    public void Dispose()
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", ".lock"]) File.Delete(_file + suffix);
    }
}
