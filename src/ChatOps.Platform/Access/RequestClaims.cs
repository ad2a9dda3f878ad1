using System.Data.Common;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Interactions;
using Dapper;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Access;

/// <summary>
/// Remembers Slack's requests in the database for an hour, far longer than a signature is good for: whoever sends one again, to whichever
/// replica, gets nothing by it.
/// </summary>
internal sealed partial class RequestClaims(IDatabase database, TimeProvider time, ILogger<RequestClaims> logger) : IRequestClaims
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    public async ValueTask<bool> TryClaim(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var parameters = new { id, now = now.ToUnixTimeMilliseconds(), old = (now - Remembered).ToUnixTimeMilliseconds() };
        try
        {
            return await database.WriteAsync(
                async uow =>
                {
                    await uow.Connection.ExecuteAsync(
                        "DELETE FROM slack_requests WHERE taken_at < @old", parameters, uow.Transaction);
                    return await uow.Connection.ExecuteAsync(
                        "INSERT INTO slack_requests (id, taken_at) VALUES (@id, @now) ON CONFLICT (id) DO NOTHING", parameters,
                        uow.Transaction) == 1;
                },
                cancellationToken);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            // The handler will say that the database is away.
            LogNotAsked(fault);
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether a command was sent before could not be looked up")]
    private partial void LogNotAsked(Exception fault);
}
