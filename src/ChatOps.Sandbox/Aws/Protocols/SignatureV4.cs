using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>The claims of a request's Signature Version 4: whose key, for which service and region, over which headers.</summary>
internal sealed record SignatureClaim(
    string AccessKeyId,
    string Date,
    string Region,
    string Service,
    IReadOnlyList<string> SignedHeaders,
    string Signature,
    bool InQuery)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Reads the claim from the Authorization header or, for presigned URLs, from the query; null when unsigned or unreadable.
    /// </summary>
    public static SignatureClaim? Read(IHeaderDictionary headers, IReadOnlyDictionary<string, string> query)
    {
        var header = headers.Authorization.ToString();
        if (header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            var parts = header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries)
                .Select(p => p.Split('=', 2)).Where(p => p.Length == 2)
                .GroupBy(p => p[0], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First()[1], StringComparer.Ordinal);
            return Of(
                parts.GetValueOrDefault("Credential"), parts.GetValueOrDefault("SignedHeaders"), parts.GetValueOrDefault("Signature"),
                false);
        }

        return query.GetValueOrDefault("X-Amz-Algorithm") == Algorithm
            ? Of(
                query.GetValueOrDefault("X-Amz-Credential"), query.GetValueOrDefault("X-Amz-SignedHeaders"),
                query.GetValueOrDefault("X-Amz-Signature"), true)
            : null;
    }

    private static SignatureClaim? Of(string? credential, string? signedHeaders, string? signature, bool inQuery) =>
        credential?.Split('/') is [var key, var date, var region, var service, "aws4_request"] && signedHeaders is not null
            && signature is not null
            ? new SignatureClaim(key, date, region, service, signedHeaders.Split(';'), signature, inQuery)
            : null;

    /// <summary>Recomputes the signature as AWS does; throws the protocol's own fault when it differs or is stale.</summary>
    public void Verify(HttpRequest request, ReadOnlyMemory<byte> body, string secret, AwsProtocol protocol, DateTimeOffset now)
    {
        var stamp = InQuery ? request.Query["X-Amz-Date"].ToString() : request.Headers["X-Amz-Date"].ToString();
        if (!DateTimeOffset.TryParseExact(
            stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            || !stamp.StartsWith(Date, StringComparison.Ordinal)
            || !SignedHeaders.Contains("host", StringComparer.Ordinal))
            throw FaultAnswers.WrongSignature(protocol);

        var lifetime = InQuery
            && int.TryParse(request.Query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : Skew;
        if (now - signedAt > lifetime)
            throw FaultAnswers.WrongSignature(
                protocol, $"Signature expired: {stamp} is now earlier than {now - lifetime:yyyyMMdd'T'HHmmss'Z'}");
        if (signedAt - now > Skew)
            throw FaultAnswers.WrongSignature(
                protocol, $"Signature not yet current: {stamp} is still later than {now + Skew:yyyyMMdd'T'HHmmss'Z'}");

        var canonical = Canonical(request, PayloadHash(request, body, protocol));
        var scope = $"{Date}/{Region}/{Service}/aws4_request";
        var toSign = $"{Algorithm}\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var expected = Hex(HMACSHA256.HashData(SigningKey(secret), Encoding.UTF8.GetBytes(toSign)));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(Signature)))
            throw FaultAnswers.WrongSignature(protocol);
    }

    private byte[] SigningKey(string secret)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (string[])[Date, Region, Service, "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return key;
    }

    private string PayloadHash(HttpRequest request, ReadOnlyMemory<byte> body, AwsProtocol protocol)
    {
        var declared = request.Headers["x-amz-content-sha256"].ToString();
        if (InQuery && Service == "s3")
            return "UNSIGNED-PAYLOAD";
        if (declared == "UNSIGNED-PAYLOAD" || declared.StartsWith("STREAMING-", StringComparison.Ordinal))
            return declared;
        var actual = Hex(SHA256.HashData(body.Span));
        if (declared.Length > 0 && declared != actual)
        {
            throw protocol == AwsProtocol.RestXml
                ? new AwsFault("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
                : FaultAnswers.WrongSignature(protocol);
        }

        return actual;
    }

    private string Canonical(HttpRequest request, string payloadHash)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? target : target[..mark];
        // S3 signs the path as sent; every other service encodes it once more.
        var canonicalPath = Service == "s3" ? path : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        var parameters = (mark < 0 ? "" : target[(mark + 1)..])
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .Select(p => (Name: Reencode(p[0]), Value: p.Length == 2 ? Reencode(p[1]) : ""))
            .Where(p => !(InQuery && p.Name == "X-Amz-Signature"))
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal);

        var text = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(canonicalPath.Length == 0 ? "/" : canonicalPath).Append('\n')
            .AppendJoin('&', parameters.Select(p => p.Name + "=" + p.Value)).Append('\n');
        foreach (var name in SignedHeaders)
        {
            var value = name == "host" ? request.Host.Value ?? "" : string.Join(',', request.Headers[name].Select(v => v?.Trim()));
            text.Append(name).Append(':').AppendJoin(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', SignedHeaders).Append('\n').Append(payloadHash).ToString();
    }

    private static string Reencode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
