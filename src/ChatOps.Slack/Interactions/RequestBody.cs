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

    private RequestBody(byte[] buffer, int length) => (_buffer, _length) = (buffer, length);

    /// <summary>The body was longer than <see cref="MaxBytes"/> and was not read.</summary>
    public bool IsTooLarge => _buffer is null;

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(SlackRequestVerifier.Headroom, _length);

    /// <summary>The body as memory.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(SlackRequestVerifier.Headroom, _length);

    /// <summary>The room before the body, and the body.</summary>
    public Span<byte> WithHeadroom => _buffer.AsSpan(0, SlackRequestVerifier.Headroom + _length);

    /// <summary>Reads the body once.</summary>
    public static async ValueTask<RequestBody> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            return default;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var body = result.Buffer;
            if (body.Length > MaxBytes)
            {
                reader.AdvanceTo(body.Start, body.End);
                return default;
            }

            if (result.IsCompleted)
            {
                var length = (int)body.Length;
                var buffer = ArrayPool<byte>.Shared.Rent(SlackRequestVerifier.Headroom + length);
                body.CopyTo(buffer.AsSpan(SlackRequestVerifier.Headroom));
                reader.AdvanceTo(body.End);
                return new RequestBody(buffer, length);
            }

            reader.AdvanceTo(body.Start, body.End);
        }
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
