using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;

namespace ChatOps.Sandbox.Aws.Delivery;

/// <summary>
/// Takes events to the bot, at least once and in no order, as EventBridge does: what the bot does not answer with 2xx
/// is sent again with growing waits, unless the answer says that it never will be taken.
/// </summary>
internal sealed partial class EventDelivery(AwsSandboxOptions options, TimeProvider time, ILogger<EventDelivery> log) : IDisposable
{
    /// <summary>How many sent events are remembered, to be sent again when the panel asks.</summary>
    private const int Remembered = 200;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private readonly Channel<SentEvent> _waiting = Channel.CreateUnbounded<SentEvent>();
    private readonly ConcurrentQueue<SentEvent> _sent = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private volatile TaskCompletionSource _open = Opened();
    private CancellationTokenSource _epoch = new();
    private int _retrying;
    private int _inFlight;
    private long _delivered;

    /// <summary>The ways other than EventBridge; set by the services that own them.</summary>
    public Dictionary<EventRoute, Func<SentEvent, CancellationToken, Task>> Routes { get; } = [];

    /// <summary>Whether deliveries are held back by the panel.</summary>
    public bool Paused => !_open.Task.IsCompleted;

    /// <summary>Events that the bot has not taken yet.</summary>
    public int Waiting => _waiting.Reader.Count + Volatile.Read(ref _inFlight);

    /// <summary>Events of which at least one try failed.</summary>
    public int Retrying => Volatile.Read(ref _retrying);

    public long Delivered => Interlocked.Read(ref _delivered);

    public void Enqueue(SentEvent sent)
    {
        _sent.Enqueue(sent);
        while (_sent.Count > Remembered)
            _sent.TryDequeue(out _);
        _waiting.Writer.TryWrite(sent);
    }

    /// <summary>Sends the last events again, same ids, in another order.</summary>
    public int Redeliver(int most)
    {
        var again = _sent.TakeLast(most).ToArray();
        Random.Shared.Shuffle(again);
        foreach (var sent in again)
            _waiting.Writer.TryWrite(sent);
        return again.Length;
    }

    public void Pause()
    {
        if (!Paused)
            _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume() => _open.TrySetResult();

    /// <summary>Drops what waits, what is under way, and what is remembered.</summary>
    public void Clear()
    {
        _sent.Clear();
        while (_waiting.Reader.TryRead(out _))
        {
        }

        var ended = Interlocked.Exchange(ref _epoch, new CancellationTokenSource());
        ended.Cancel();
        ended.Dispose();
        Resume();
    }

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, options.ConcurrentDeliveries).Select(_ => WorkAsync(stopping)));

    public void Dispose()
    {
        _http.Dispose();
        _epoch.Dispose();
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        await foreach (var sent in _waiting.Reader.ReadAllAsync(stopping))
        {
            Interlocked.Increment(ref _inFlight);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, _epoch.Token);
            try
            {
                await CarryAsync(sent, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                LogDropped(sent.Id);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure, sent.Id);
            }
            finally
            {
                Interlocked.Decrement(ref _inFlight);
            }
        }
    }

    private async Task CarryAsync(SentEvent sent, CancellationToken ending)
    {
        await _open.Task.WaitAsync(ending);
        if (Routes.TryGetValue(sent.Route, out var route))
            await route(sent, ending);
        else
            await SendAsync(sent.Id, () => EventBridgeRequest(sent), ending);
    }

    /// <summary>Sends until the bot takes it; false when it refuses for good or the tries are used up.</summary>
    public async Task<bool> SendAsync(string id, Func<HttpRequestMessage?> request, CancellationToken stopping)
    {
        var wait = options.FirstRetryDelay;
        var retrying = false;
        try
        {
            for (var attempt = 1; attempt <= options.DeliveryAttempts; attempt++)
            {
                var answer = await TryAsync(request, stopping);
                if (answer is { } status && (int)status is >= 200 and < 300)
                {
                    Interlocked.Increment(ref _delivered);
                    return true;
                }

                if (answer is { } refused && !Retried(refused))
                {
                    LogRefused(id, (int)refused);
                    return false;
                }

                if (!retrying)
                    Interlocked.Increment(ref _retrying);
                retrying = true;
                LogRetry(id, answer is null ? 0 : (int)answer, wait);
                await Task.Delay(wait, time, stopping);
                wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
            }
        }
        finally
        {
            if (retrying)
                Interlocked.Decrement(ref _retrying);
        }

        LogGivenUp(id, options.DeliveryAttempts);
        return false;
    }

    private async Task<HttpStatusCode?> TryAsync(Func<HttpRequestMessage?> request, CancellationToken stopping)
    {
        using var message = request();
        if (message is null)
            return null;
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stopping);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null; // not there (yet): retried like a 5xx
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return HttpStatusCode.RequestTimeout;
        }
    }

    private HttpRequestMessage? EventBridgeRequest(SentEvent sent)
    {
        if (options.BotUrl is not { } bot)
            return null;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bot, "/events/eventbridge"))
        {
            Content = new StringContent(sent.Text, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("X-Api-Key", AwsSandboxOptions.EventBridgeKey);
        request.Headers.TryAddWithoutValidation("User-Agent", "Amazon/EventBridge/ApiDestinations");
        return request;
    }

    // EventBridge's documentation of API destinations: 401, 407, 409, 429 and 5xx are tried again.
    private static bool Retried(HttpStatusCode status) =>
        (int)status is 401 or 407 or 408 or 409 or 429 or >= 500;

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bot refused event {Id} with {Status}; it is not sent again.")]
    private partial void LogRefused(string id, int status);

    [LoggerMessage(
        Level = LogLevel.Debug, Message = "The bot did not take event {Id} (status {Status}, 0 is no connection); again in {Wait}.")]
    private partial void LogRetry(string id, int status, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Id} was dropped by a reset.")]
    private partial void LogDropped(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} could not be sent.")]
    private partial void LogFailed(Exception failure, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Id} was not taken in {Attempts} tries and is given up.")]
    private partial void LogGivenUp(string id, int attempts);
}
