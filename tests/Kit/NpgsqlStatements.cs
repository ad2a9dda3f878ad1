using System.Diagnostics;

namespace ChatOps.Tests.Kit;

/// <summary>Hears of every command that Npgsql executes on one database of this process.</summary>
internal sealed class NpgsqlStatements : IDisposable
{
    private readonly ActivityListener _listener;

    public NpgsqlStatements(string database, StatementLog log)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // The names that OpenTelemetry gives them now, and gave them before.
                var name = activity.GetTagItem("db.namespace") ?? activity.GetTagItem("db.name");
                var text = activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement");
                if (name is string of && of.Split('|', '.')[0] == database && text is string sql) log.Add(sql);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();
}
