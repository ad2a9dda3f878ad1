using System.Threading.Channels;
using Npgsql;

namespace ChatOps.Benchmarks;

/// <summary>
/// For comparison: a bare server that takes a body, inserts it together with whatever else waits, and answers once that is committed.
/// No key, no parsing, no duplicates, a table with half the columns and no index but its key: what is left is HTTP, batching and
/// PostgreSQL,
/// the least that any durable intake does on this machine.
/// </summary>
internal static class BareIngestHost
{
    public static async Task<int> RunAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Max Auto Prepare=8");
        await using (var create = source.CreateCommand(
            "create table if not exists bare_events (id bigint generated always as identity primary key, body text not null)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var waiting = Channel.CreateUnbounded<(string Body, TaskCompletionSource Done)>(
            new UnboundedChannelOptions { SingleReader = true });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapPost("/events/eventbridge", (RequestDelegate)(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Writer.TryWrite((await reader.ReadToEndAsync(), done));
            await done.Task;
        }));
        _ = Task.Run(async () =>
        {
            List<(string Body, TaskCompletionSource Done)> batch = [];
            while (await waiting.Reader.WaitToReadAsync())
            {
                while (waiting.Reader.TryRead(out var item)) batch.Add(item);
                await using var insert = source.CreateCommand("insert into bare_events (body) select unnest($1)");
                insert.Parameters.Add(new() { Value = batch.Select(entry => entry.Body).ToArray() });
                await insert.ExecuteNonQueryAsync();
                foreach (var (_, done) in batch) done.SetResult();
                batch.Clear();
            }
        });
        await app.RunAsync();
        return 0;
    }
}
