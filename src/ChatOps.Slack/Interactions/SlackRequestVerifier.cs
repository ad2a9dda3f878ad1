using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Interactions;

/// <summary>
/// Tells Slack's requests from others: <c>v0=</c> + hex(HMAC-SHA256(secret, <c>v0:{timestamp}:{raw body}</c>)), compared in constant time,
/// the timestamp within <see cref="SlackOptions.SignatureWindow"/> of our clock both ways.
/// </summary>
public sealed class SlackRequestVerifier
{
    /// <summary>The header with the Unix seconds.</summary>
    public const string TimestampHeader = "X-Slack-Request-Timestamp";

    /// <summary>The header with the signature.</summary>
    public const string SignatureHeader = "X-Slack-Signature";

    // "v0:" + at most 19 digits + ":"
    internal const int Headroom = 24;

    private const int MaxDigits = 19;

    private readonly byte[] _secret;
    private readonly long _windowSeconds;
    private readonly TimeProvider _time;

    /// <summary>A verifier with the options' secret.</summary>
    public SlackRequestVerifier(IOptions<SlackOptions> options, TimeProvider time)
    {
        // Options are validated at start; this holds for those who build a verifier by hand.
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Value.SigningSecret);
        _secret = Encoding.UTF8.GetBytes(options.Value.SigningSecret);
        _windowSeconds = (long)options.Value.SignatureWindow.TotalSeconds;
        _time = time;
    }

    /// <summary>The signature Slack would send, with its <c>v0=</c>.</summary>
    public static string Sign(string secret, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"v0:{timestamp}:")));
        hmac.AppendData(body);
        return "v0=" + Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    /// <summary>Whether a request is Slack's and fresh.</summary>
    public bool IsValid(ReadOnlySpan<char> timestamp, ReadOnlySpan<char> signature, ReadOnlySpan<byte> body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Headroom + body.Length);
        try
        {
            body.CopyTo(buffer.AsSpan(Headroom));
            return IsValidInPlace(timestamp, signature, buffer.AsSpan(0, Headroom + body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The same without a copy: the body begins at <see cref="Headroom"/>, and what is before it is overwritten.</summary>
    internal bool IsValidInPlace(ReadOnlySpan<char> timestamp, ReadOnlySpan<char> signature, Span<byte> buffer)
    {
        if (timestamp.Length is 0 or > MaxDigits
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !signature.StartsWith("v0=", StringComparison.Ordinal)
            || signature.Length != 3 + (2 * HMACSHA256.HashSizeInBytes))
        {
            return false;
        }

        // No subtraction that could overflow.
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (seconds < now - _windowSeconds || seconds > now + _windowSeconds)
        {
            return false;
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(signature[3..], given, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        var start = Headroom - timestamp.Length - 4;
        var signed = buffer[start..];
        "v0:"u8.CopyTo(signed);
        Encoding.ASCII.GetBytes(timestamp, signed[3..]);
        signed[3 + timestamp.Length] = (byte)':';
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, signed, expected);
        return CryptographicOperations.FixedTimeEquals(expected, given);
    }
}
