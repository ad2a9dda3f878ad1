using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Accounts;

/// <summary>Identifiers and times in the forms AWS writes.</summary>
internal static class AwsIds
{
    public static string Guid() => System.Guid.NewGuid().ToString("D");

    public static string Hex(int length) => RandomNumberGenerator.GetHexString(length, lowercase: true);

    public static string Upper(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length);

    /// <summary>ISO 8601 with milliseconds: ASFF, query protocols.</summary>
    public static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601 with seconds: the envelope of EventBridge.</summary>
    public static string IsoSeconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Seconds since 1970 with milliseconds: the JSON protocols.</summary>
    public static JsonNode Epoch(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000m;
}
