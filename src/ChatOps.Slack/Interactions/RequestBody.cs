using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace ChatOps.Slack.Interactions;

/// <summary>A request's raw body in a pooled buffer, with room before it for what is signed along.</summary>
internal readonly struct RequestBody : IDisposable
{
    /// <summary>The longest body that is read.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly byte[]? _buffer;
    private readonly int _length;
    private readonly BodyShare? _share;

    private RequestBody(byte[] buffer, int length, BodyShare? share) => (_buffer, _length, _share) = (buffer, length, share);

    private RequestBody(RequestProblem problem) => Problem = problem;

    /// <summary>Why the body was not read; null when it was.</summary>
    public RequestProblem? Problem { get; }

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(SlackRequestVerifier.Headroom, _length);

    /// <summary>The body as memory.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(SlackRequestVerifier.Headroom, _length);

    /// <summary>The room before the body, and the body.</summary>
    public Span<byte> WithHeadroom => _buffer.AsSpan(0, SlackRequestVerifier.Headroom + _length);

    /// <summary>Reads the body once.</summary>
    public static async ValueTask<RequestBody> Read(HttpRequest request, BodyBudgets budgets, TimeProvider time)
    {
        if (request.ContentLength > MaxBytes)
        {
            return new RequestBody(RequestProblem.TooLarge);
        }

        // Nearly all are here at once, in the memory that the connection has for them.
        var cancellationToken = request.HttpContext.RequestAborted;
        var reader = request.BodyReader;
        if (reader.TryRead(out var result))
        {
            if (result.IsCompleted && result.Buffer.Length <= BodyBudget.Small)
            {
                var length = (int)result.Buffer.Length;
                var buffer = ArrayPool<byte>.Shared.Rent(SlackRequestVerifier.Headroom + length);
                result.Buffer.CopyTo(buffer.AsSpan(SlackRequestVerifier.Headroom));
                reader.AdvanceTo(result.Buffer.End);
                return new RequestBody(buffer, length, null);
            }

            reader.AdvanceTo(result.Buffer.Start);
        }

        var share = budgets.Strangers.Begin();
        try
        {
            var (outcome, buffer, length) = await BodyReader.ReadAsync(
                reader.AsStream(leaveOpen: true), MaxBytes, SlackRequestVerifier.Headroom, share, time, cancellationToken);
            if (outcome == BodyOutcome.Whole)
            {
                return new RequestBody(buffer, length, share);
            }

            share.Dispose();
            if (outcome == BodyOutcome.TooLarge)
            {
                return new RequestBody(RequestProblem.TooLarge);
            }

            // What is still to come of the body is not waited for.
            request.HttpContext.Response.Headers.Connection = "close";
            return new RequestBody(RequestProblem.NoPlace);
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_share is not null)
        {
            _share.Dispose();
        }
        else if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
