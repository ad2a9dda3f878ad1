using System.Security.Cryptography;
using System.Text;

namespace ChatOps.Platform.Access;

/// <summary>Compares secrets that a caller and we both know.</summary>
public static class SharedSecret
{
    /// <summary>Whether both are the same text, in a time that shows neither content nor length.</summary>
    /// <param name="given">What the caller sent; null matches nothing.</param>
    /// <param name="expected">What is configured; null or empty matches nothing, so that a missing secret opens no door.</param>
    public static bool Matches(string? given, string? expected) => given is not null && Matches(Encoding.UTF8.GetBytes(given), expected);

    /// <summary>The same for bytes (UTF-8).</summary>
    public static bool Matches(ReadOnlySpan<byte> given, string? expected) =>
        // Hashes are of equal length, which the comparison in fixed time needs.
        !string.IsNullOrEmpty(expected)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(given), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
