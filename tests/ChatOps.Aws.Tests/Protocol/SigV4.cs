using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChatOps.Aws.Tests;

/// <summary>Signature Version 4 from its documentation, to be compared with what the SDK sent.</summary>
internal static class SigV4
{
    public static string Authorization(SeenRequest request, string accessKey, string secretKey)
    {
        var sent = request.Headers["authorization"];
        var scope = Between(sent, $"Credential={accessKey}/", ",").Split('/');
        var signedHeaders = Between(sent, "SignedHeaders=", ",");
        var canonical = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(request.Path.Split('?')[0]).Append('\n')
            .AppendJoin('&', request.Path.Split('?').Skip(1).SelectMany(query => query.Split('&')).Order(StringComparer.Ordinal))
            .Append('\n');
        foreach (var name in signedHeaders.Split(';'))
            canonical.Append(CultureInfo.InvariantCulture, $"{name}:{request.Headers[name].Trim()}\n");
        canonical.Append('\n').Append(signedHeaders).Append('\n').Append(Hex(SHA256.HashData(request.Body)));

        var toSign =
            $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{string.Join('/', scope)}\n" +
                $"{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in scope)
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return $"AWS4-HMAC-SHA256 Credential={accessKey}/{string.Join('/', scope)}, SignedHeaders={signedHeaders}, Signature={signature}";
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }
}
