using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Aws.Tests.Signing;

public sealed class SigningHandlerTests : IAsyncLifetime
{
    private FakeAws _aws = null!;

    public async Task InitializeAsync() => _aws = await FakeAws.Start();

    public async Task DisposeAsync() => await _aws.DisposeAsync();

    [Fact]
    public async Task The_signature_of_a_plain_request_is_the_one_the_documentation_describes()
    {
        await using var services = _aws.Services();
        using var http = new HttpClient(Over(services.GetRequiredService<IAwsSigning>().HandlerFor("aps", "us-east-1")));

        using var body = new FormUrlEncodedContent([new("query", "up{job=\"한국\"} == 0"), new("time", "1.5")]);
        await http.PostAsync($"{_aws.Url}/workspaces/ws-1/api/v1/query", body);
        await http.GetAsync($"{_aws.Url}/workspaces/ws-1/alertmanager/api/v2/silence/a%20b");

        Assert.Equal(2, _aws.Seen.Count);
        var post = _aws.Seen[0];
        Assert.Equal(SigV4.Authorization(post, AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey), post.Headers["authorization"]);
        Assert.Contains("/us-east-1/aps/aws4_request", post.Headers["authorization"], StringComparison.Ordinal);
        Assert.Equal("query=up%7Bjob%3D%22%ED%95%9C%EA%B5%AD%22%7D+%3D%3D+0&time=1.5", post.Text);
        // A path that was encoded is encoded once more in what is signed.
        var get = _aws.Seen[1] with { Path = _aws.Seen[1].Path.Replace("%", "%25", StringComparison.Ordinal) };
        Assert.Equal(SigV4.Authorization(get, AwsOptions.LoopbackAccessKey, AwsOptions.LoopbackSecretKey), get.Headers["authorization"]);
    }

    /// <summary>"get-vanilla-query-order-key-case" of AWS's own test suite, with the content hash that we sign besides.</summary>
    [Fact]
    public void The_query_is_signed_in_order_and_a_session_with_its_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/?Param2=value2&Param1=a%2Fb&flag");
        var now = new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

        SignatureV4.Sign(
            request, [], new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "the-token"), "service",
            "us-east-1", now);

        const string Empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        const string Names = "host;x-amz-content-sha256;x-amz-date;x-amz-security-token";
        var canonical =
            $"GET\n/\nParam1=a%2Fb&Param2=value2&flag=\nhost:example.amazonaws.com\nx-amz-content-sha256:" +
                $"{Empty}\nx-amz-date:20150830T123600Z\nx-amz-security-token:the-token\n\n{Names}\n{Empty}";
        var toSign =
            $"AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n" +
                $"{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = ((string[])["20150830", "us-east-1", "service", "aws4_request"]).Aggregate(
            Encoding.UTF8.GetBytes("AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={Names}, " +
            $"Signature={Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))}",
            Assert.Single(request.Headers.GetValues("Authorization")));
        Assert.Equal("the-token", Assert.Single(request.Headers.GetValues("x-amz-security-token")));
    }

    [Fact]
    public void An_attempt_again_is_signed_again_and_not_twice()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");
        var keys = new ImmutableCredentials("AK", "SK", null);
        SignatureV4.Sign(request, [], keys, "aps", "us-east-1", DateTimeOffset.UnixEpoch);
        SignatureV4.Sign(request, [], keys, "aps", "us-east-1", DateTimeOffset.UnixEpoch.AddMinutes(1));

        Assert.Equal("19700101T000100Z", Assert.Single(request.Headers.GetValues("x-amz-date")));
        Assert.Single(request.Headers.GetValues("Authorization"));
    }

    [Fact]
    public async Task An_account_is_asked_with_its_roles_credentials_and_an_unknown_one_is_refused()
    {
        await using var services = _aws.Services();
        var signing = services.GetRequiredService<IAwsSigning>();
        _aws.Respond = (request, _) => Task.FromResult(request.Text.Contains("AssumeRole", StringComparison.Ordinal)
            ? new Answer(HttpStatusCode.OK, """
                <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
                <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
                </Credentials></AssumeRoleResult></AssumeRoleResponse>
                """, "text/xml")
            : Answer.Json("{}"));
        using var http = new HttpClient(Over(signing.HandlerFor("aps", "us-east-1", FakeAws.OtherAccount)));

        await http.GetAsync($"{_aws.Url}/x");

        var seen = _aws.Seen[^1];
        Assert.Equal(SigV4.Authorization(seen, "ASIAROLE", "role-secret"), seen.Headers["authorization"]);
        Assert.Equal("role-token", seen.Headers["x-amz-security-token"]);
        Assert.Throws<UnknownAwsAccountException>(() => signing.HandlerFor("aps", "us-east-1", "999999999999"));
    }

    private static DelegatingHandler Over(DelegatingHandler handler)
    {
        handler.InnerHandler = new SocketsHttpHandler();
        return handler;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
