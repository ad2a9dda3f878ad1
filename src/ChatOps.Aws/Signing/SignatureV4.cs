using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace ChatOps.Aws;

/// <summary>
/// Signature Version 4 of plain HTTP requests, for services that speak an API of their own instead of AWS's: Amazon Managed
/// Prometheus. Calls to the others are signed by the SDK. Pure.
/// </summary>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds the headers that sign the request. Its body is <paramref name="body"/>; a second signing replaces the first.</summary>
    public static void Sign(
        HttpRequestMessage request, ReadOnlySpan<byte> body, ImmutableCredentials keys, string service, string region, DateTimeOffset now)
    {
        var uri = request.RequestUri ?? throw new ArgumentException("A request without an address cannot be signed.", nameof(request));
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var bodyHash = Hex(SHA256.HashData(body));
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = uri.IsDefaultPort ? uri.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{uri.IdnHost}:{uri.Port}"),
            ["x-amz-content-sha256"] = bodyHash,
            ["x-amz-date"] = stamp,
        };
        if (keys.UseToken) signed["x-amz-security-token"] = keys.Token;
        // The JSON protocols say the operation in a header: what is not signed could be another.
        if (request.Headers.TryGetValues("X-Amz-Target", out var target)) signed["x-amz-target"] = string.Join(',', target);

        var names = string.Join(';', signed.Keys);
        var canonical =
            $"{request.Method.Method}\n{Path(uri)}\n{Query(uri)}\n" +
                $"{string.Concat(signed.Select(header => $"{header.Key}:{header.Value}\n"))}\n{names}\n{bodyHash}";
        var scope = $"{stamp[..8]}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey);
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));

        foreach (var (name, value) in signed.Append(
            new("Authorization", $"{Algorithm} Credential={keys.AccessKey}/{scope}, SignedHeaders={names}, Signature={signature}")))
        {
            if (name == "host") continue;
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Each segment is encoded once more than it was sent, as every service but S3 wants it.</summary>
    private static string Path(Uri uri) => string.Join('/', uri.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Encode(pair[0]), Value: pair.Length == 2 ? Encode(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Encode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
