using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using ChatOps.Platform.Access;
using Microsoft.Extensions.Options;

namespace ChatOps.Jobs;

/// <summary>
/// Judges passwords. Whoever sends wrong ones has ten at once and one a second after that; beyond it no password from that address is
/// looked at, the right one neither, so that guessing faster gains nothing.
/// </summary>
internal sealed class DashboardPassword(IOptions<DashboardOptions> options) : IDisposable
{
    private static readonly TokenBucketRateLimiterOptions Wrong = new()
    {
        TokenLimit = 10,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = true,
        QueueLimit = 0,
    };

    private readonly Lock _gate = new();

    private readonly PartitionedRateLimiter<string> _wrong =
        PartitionedRateLimiter.Create<string, string>(
            address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Wrong), StringComparer.Ordinal);

    /// <summary>What became of a password.</summary>
    public enum Verdict
    {
        /// <summary>It is right.</summary>
        Right,

        /// <summary>It is wrong.</summary>
        Wrong,

        /// <summary>It was not looked at: too many wrong ones came before it.</summary>
        NotJudged,
    }

    /// <summary>Compares <c>user:password</c> as it came.</summary>
    /// <param name="address">Who sends it; null counts as one sender.</param>
    /// <param name="given">UTF-8.</param>
    public Verdict Judge(IPAddress? address, ReadOnlySpan<byte> given)
    {
        var sender = SenderOf(address);
        // In turn: many at once must not all be judged on the last permit.
        lock (_gate)
        {
            // A whole permit: asking for none succeeds on a fraction of one, which taking one then leaves there.
            if (_wrong.GetStatistics(sender) is { CurrentAvailablePermits: < 1 }) return Verdict.NotJudged;

            if (options.Value.HasPassword && SharedSecret.Matches(given, $"{options.Value.User}:{options.Value.Password}"))
                return Verdict.Right;
            using var used = _wrong.AttemptAcquire(sender, 1);
            return Verdict.Wrong;
        }
    }

    public void Dispose() => _wrong.Dispose();

    /// <summary>One host has a whole /64 of IPv6 to send from.</summary>
    private static string SenderOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
