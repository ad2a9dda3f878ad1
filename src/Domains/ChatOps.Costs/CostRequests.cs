using System.Diagnostics.Metrics;
using System.Globalization;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Costs;

/// <summary>
/// Sends requests to Cost Explorer, each of which costs money. One is counted before it is sent; when AWS refuses it, it cost nothing and
/// is taken off again; one whose outcome is unknown stays counted. None is repeated here.
/// </summary>
internal sealed partial class CostRequests
{
    /// <summary>From here on people are warned.</summary>
    public const decimal WarnFrom = 0.8m;

    private readonly IDatabase _database;
    private readonly CostOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<CostRequests> _logger;
    private readonly Counter<long> _requests;

    public CostRequests(
        IDatabase database, IOptions<CostOptions> options, TimeProvider time, IMeterFactory meters, ILogger<CostRequests> logger)
    {
        (_database, _options, _time, _logger) = (database, options.Value, time, logger);
        _requests = meters.Create("ChatOps").CreateCounter<long>(
            "chatops.costs.requests", "{request}", "Requests to Cost Explorer, each of which costs money, by operation.");
    }

    /// <summary>Sends one request.</summary>
    /// <param name="operation">Its operation.</param>
    /// <param name="purpose">Who needs it: the background stops where the share of people and digests begins.</param>
    /// <param name="send">Sends it, once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="UserFacingException">The month's requests are used up.</exception>
    public async Task<T> SendAsync<T>(
        string operation, CostPurpose purpose, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        var month = Month;
        var count = await _database.WriteAsync(
            uow => CostStore.CountRequestAsync(uow, month, LimitOf(purpose), cancellationToken), cancellationToken)
            ?? throw new UserFacingException("cost.limit", ("limit", (long)_options.MonthlyRequests));
        _requests.Add(1, new KeyValuePair<string, object?>("operation", operation));
        if (_options.MonthlyRequests > 0 && count == (int)Math.Ceiling(_options.MonthlyRequests * WarnFrom))
            LogNearLimit(count, _options.MonthlyRequests, month);
        try
        {
            return await send();
        }
        catch (Exception fault) when (IsFree(fault))
        {
            await _database.WriteAsync(
                uow => CostStore.UncountRequestAsync(uow, month, CancellationToken.None), CancellationToken.None);
            throw;
        }
    }

    /// <summary>How many requests were made this month.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        return await CostStore.RequestsAsync(connection, Month, cancellationToken);
    }

    /// <summary>How many requests a purpose may see made in a month; 0 for no limit.</summary>
    internal int LimitOf(CostPurpose purpose) => _options.MonthlyRequests == 0 || purpose != CostPurpose.Background
        ? _options.MonthlyRequests
        : Math.Max(1, (int)(_options.MonthlyRequests * (1m - (_options.KeptForPeople / 100m))));

    private string Month => _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>AWS refused, or nothing was sent: without a status nobody knows.</summary>
    private static bool IsFree(Exception fault) =>
        fault is UnknownAwsAccountException or AmazonServiceException { StatusCode: >= System.Net.HttpStatusCode.BadRequest };

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Requests} of {Limit} requests to Cost Explorer are used up in {Month}; keeping messages up to date stops first")]
    private partial void LogNearLimit(int requests, int limit, string month);
}
