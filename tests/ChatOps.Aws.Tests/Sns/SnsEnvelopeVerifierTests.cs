using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Aws.Tests;

public sealed class SnsEnvelopeVerifierTests : IDisposable
{
    private const string Topic = "arn:aws:sns:us-east-1:111122223333:alerts";
    private const string CertificateUrl = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem";
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    // One for all tests: making a key takes long.
    private static readonly SnsSender Sender = new(Now.AddDays(-30), Now.AddDays(30));

    private readonly FakeTimeProvider _time = new(Now);
    private readonly FakeHttp _http = new();

    public SnsEnvelopeVerifierTests() => _http.Respond = _ => FakeHttp.Text(Sender.Pem);

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("notification-v1-budget-text.json")]
    [InlineData("notification-v1-no-subject-cost-anomaly.json")]
    [InlineData("notification-v2-amp-json.json")]
    [InlineData("notification-v2-cloudwatch-alarm.json")]
    [InlineData("subscription-confirmation-v1.json")]
    [InlineData("subscription-confirmation-v2.json")]
    [InlineData("unsubscribe-confirmation-v1.json")]
    public async Task Signed_messages_of_every_kind_are_verified(string file)
    {
        Assert.Equal(SnsVerification.Ok, await VerifyFile(file));

        Assert.Equal(["https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"], _http.Asked);
    }

    [Theory]
    [InlineData("bad-signature-message-changed.json", "The signature does not match the message.")]
    [InlineData("bad-cert-url-host.json", "SigningCertURL is not the address of a certificate of SNS.")]
    public async Task Forged_messages_are_refused(string file, string reason) =>
        Assert.Equal(SnsVerification.Rejected(reason), await VerifyFile(file));

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Text_in_any_script_is_verified(string version) =>
        Assert.Equal(
            SnsVerification.Ok,
            await Verifier().Verify(Sender.Sign(Message() with { SignatureVersion = version, Message = "한국어 😀\n<b>", Subject = "제목" })));

    [Fact]
    public async Task A_change_of_any_signed_field_is_noticed()
    {
        var verifier = Verifier(("ChatOps:Ingest:Sns:TopicArns:1", Topic + "2"));
        var good = Sender.Sign(Message() with { Subject = "s" });
        Assert.True((await verifier.Verify(good)).IsOk);
        SnsEnvelope[] changed =
        [
            good with { Message = "other" }, good with { MessageId = "other" }, good with { Subject = null },
            good with { TopicArn = Topic + "2" },
            good with { Timestamp = "2026-12-01T00:00:01.000Z" }, good with { SignatureVersion = "1" },
            good with { Type = SnsEnvelope.UnsubscribeConfirmation, Token = "t", SubscribeUrl = "u" },
        ];

        foreach (var envelope in changed)
            Assert.Equal(SnsVerification.Rejected("The signature does not match the message."), await verifier.Verify(envelope));
    }

    [Theory]
    [InlineData("http://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-0.pem")]
    [InlineData("https://user@sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem")]
    [InlineData("https://evil.example/sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem")]
    [InlineData("https://bucket.s3.amazonaws.com/SimpleNotificationService-0.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com/other.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com/a/../SimpleNotificationService-0.pem/../x")]
    [InlineData("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-%2e%2e.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem?Action=x")]
    [InlineData("https://sns.us-east-1.amazonaws.com\\@evil.example/SimpleNotificationService-0.pem")]
    [InlineData("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem#x")]
    [InlineData("https://sns.us-east-1.amazonaws.com./SimpleNotificationService-0.pem")]
    [InlineData("//sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem")]
    [InlineData("file:///SimpleNotificationService-0.pem")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_certificate_is_fetched_from_SNS_only(string? url)
    {
        var verified = await Verifier().Verify(Sender.Sign(Message() with { SigningCertUrl = url }));

        Assert.Equal(SnsVerification.Rejected("SigningCertURL is not the address of a certificate of SNS."), verified);
        Assert.Empty(_http.Asked);
    }

    [Theory]
    [InlineData("https://sns.ap-northeast-2.amazonaws.com/SimpleNotificationService-abc_DEF-1.pem")]
    [InlineData("https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0.pem")]
    [InlineData("https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-0.pem")]
    public async Task Every_partition_has_its_own_host(string url) =>
        Assert.Equal(SnsVerification.Ok, await Verifier().Verify(Sender.Sign(Message() with { SigningCertUrl = url })));

    [Fact]
    public async Task The_configured_service_address_may_give_certificates_and_nothing_else_of_its_host()
    {
        var verifier = Verifier(("ChatOps:Aws:ServiceUrl", "http://127.0.0.1:5082"));

        Assert.True((await verifier.Verify(
            Sender.Sign(Message() with { SigningCertUrl = "http://127.0.0.1:5082/SimpleNotificationService-0.pem" }))).IsOk);
        Assert.False((await verifier.Verify(
            Sender.Sign(Message() with { SigningCertUrl = "http://127.0.0.1:5083/SimpleNotificationService-0.pem" }))).IsOk);
        Assert.False((await verifier.Verify(Sender.Sign(Message() with { SigningCertUrl = "http://127.0.0.1:5082/api/secret" }))).IsOk);
    }

    [Fact]
    public async Task A_topic_that_is_not_listed_is_refused_before_anything_is_fetched()
    {
        var verifier = Verifier();

        Assert.Equal(SnsVerdict.Rejected, (await verifier.Verify(Sender.Sign(Message() with { TopicArn = Topic + "x" }))).Verdict);

        Assert.Empty(_http.Asked);
        Assert.True(verifier.AllowsTopic(Topic));
        Assert.False(verifier.AllowsTopic(Topic + "x"));
    }

    [Theory]
    [InlineData(-66, false)]
    [InlineData(-64, true)]
    [InlineData(0, true)]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public async Task Old_messages_and_those_of_the_future_are_refused(int minutes, bool taken)
    {
        var sent = Now.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        Assert.Equal(taken, (await Verifier().Verify(Sender.Sign(Message() with { Timestamp = sent }))).IsOk);
    }

    [Fact]
    public async Task Wrong_versions_signatures_and_times_are_refused()
    {
        var good = Sender.Sign(Message());

        foreach (var wrong in (SnsEnvelope[])[
            good with { SignatureVersion = "3" }, good with { SignatureVersion = null }, good with { Signature = "!" },
            good with { Signature = null }, good with { Timestamp = "now" }
        ])
            Assert.Equal(SnsVerdict.Rejected, (await Verifier().Verify(wrong)).Verdict);

        Assert.Empty(_http.Asked);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_though_it_is_cached()
    {
        var verifier = Verifier();
        Assert.True((await verifier.Verify(Sender.Sign(Message()))).IsOk);
        _time.SetUtcNow(Now.AddDays(31));

        var verified = await verifier.Verify(Sender.Sign(Message() with { Timestamp = "2027-01-01T00:00:00.000Z" }));

        Assert.Equal(SnsVerification.Rejected("The signing certificate is not valid now."), verified);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_refused_when_the_chain_is_checked() =>
        Assert.Equal(
            SnsVerification.Rejected("The signing certificate does not chain to a trusted root."),
            await Verifier(("ChatOps:Ingest:Sns:CheckCertificateChain", "true")).Verify(Sender.Sign(Message())));

    [Fact]
    public async Task A_weak_key_is_refused()
    {
        using var weak = new SnsSender(Now.AddDays(-1), Now.AddDays(1), 1024);
        _http.Respond = _ => FakeHttp.Text(weak.Pem);

        Assert.Equal(SnsVerdict.Rejected, (await Verifier().Verify(weak.Sign(Message()))).Verdict);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "", SnsVerdict.Unavailable)]
    [InlineData(HttpStatusCode.NotFound, "", SnsVerdict.Rejected)]
    [InlineData(HttpStatusCode.Redirect, "", SnsVerdict.Rejected)]
    [InlineData(HttpStatusCode.OK, "<html>", SnsVerdict.Rejected)]
    [InlineData(HttpStatusCode.OK, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", SnsVerdict.Rejected)]
    public async Task A_certificate_that_cannot_be_had_is_told_from_one_that_is_wrong(
        HttpStatusCode status, string body, SnsVerdict verdict)
    {
        _http.Respond = _ => FakeHttp.Text(body, status);

        Assert.Equal(verdict, (await Verifier().Verify(Sender.Sign(Message()))).Verdict);
    }

    [Fact]
    public async Task A_fault_is_remembered_briefly_and_then_tried_again()
    {
        var verifier = Verifier();
        _http.Respond = _ => throw new HttpRequestException("down");
        Assert.Equal(SnsVerdict.Unavailable, (await verifier.Verify(Sender.Sign(Message()))).Verdict);
        _http.Respond = _ => FakeHttp.Text(Sender.Pem);
        Assert.Equal(SnsVerdict.Unavailable, (await verifier.Verify(Sender.Sign(Message()))).Verdict);
        _time.Advance(TimeSpan.FromSeconds(21));

        Assert.Equal(SnsVerdict.Ok, (await verifier.Verify(Sender.Sign(Message()))).Verdict);
        Assert.Equal(2, _http.Asked.Count);
    }

    [Fact]
    public async Task Messages_at_the_same_time_share_one_fetch()
    {
        var open = new TaskCompletionSource();
        _http.Wait = open.Task;
        var verifier = Verifier();
        var all = Enumerable.Range(0, 50).Select(_ => verifier.Verify(Sender.Sign(Message())).AsTask()).ToList();
        open.SetResult();

        Assert.All(await Task.WhenAll(all), verified => Assert.Equal(SnsVerification.Ok, verified));
        Assert.Single(_http.Asked);
    }

    [Fact]
    public async Task One_callers_cancellation_does_not_end_the_fetch_of_the_others()
    {
        var open = new TaskCompletionSource();
        _http.Wait = open.Task;
        var verifier = Verifier();
        using var give = new CancellationTokenSource();
        var first = verifier.Verify(Sender.Sign(Message()), give.Token).AsTask();
        var second = verifier.Verify(Sender.Sign(Message())).AsTask();
        await give.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        open.SetResult();

        Assert.Equal(SnsVerification.Ok, await second);
        Assert.Single(_http.Asked);
    }

    [Fact]
    public async Task Made_up_certificates_do_not_fill_the_memory()
    {
        await using var services = Services();
        var verifier = services.GetRequiredService<ISnsEnvelopeVerifier>();
        for (var i = 0; i < 100; i++)
            await verifier.Verify(
                Sender.Sign(Message() with { SigningCertUrl = $"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-{i}.pem" }));

        Assert.Equal(100, _http.Asked.Count);
        Assert.InRange(services.GetRequiredService<SnsCertificates>().Count, 1, 16);
    }

    [Fact]
    public async Task The_subscription_of_a_listed_topic_is_confirmed()
    {
        var envelope = Confirmation("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=t&Token=x");

        Assert.Equal(SnsVerification.Ok, await Verifier().ConfirmSubscription(envelope));

        Assert.Equal([envelope.SubscribeUrl!], _http.Asked);
    }

    [Theory]
    [InlineData("https://sns.us-east-1.amazonaws.com/?Action=DeleteTopic&TopicArn=t")]
    [InlineData("https://sns.us-east-1.amazonaws.com/x?Action=ConfirmSubscription&Token=x")]
    [InlineData("https://evil.example/?Action=ConfirmSubscription&Token=x")]
    [InlineData("http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=x")]
    [InlineData(null)]
    public async Task Only_addresses_that_confirm_are_called(string? url)
    {
        Assert.Equal(SnsVerdict.Rejected, (await Verifier().ConfirmSubscription(Confirmation(url))).Verdict);

        Assert.Empty(_http.Asked);
    }

    [Fact]
    public async Task Other_topics_and_other_messages_are_not_confirmed()
    {
        const string Url = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=t&Token=x";

        Assert.False(
            (await Verifier().ConfirmSubscription(Confirmation(Url) with { TopicArn = "arn:aws:sns:us-east-1:999999999999:evil" })).IsOk);
        Assert.False((await Verifier().ConfirmSubscription(Confirmation(Url) with { Type = SnsEnvelope.Notification })).IsOk);
        Assert.False((await Verifier().ConfirmSubscription(Confirmation(Url) with { Type = SnsEnvelope.UnsubscribeConfirmation })).IsOk);

        Assert.Empty(_http.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, SnsVerdict.Unavailable)]
    [InlineData(HttpStatusCode.Forbidden, SnsVerdict.Rejected)]
    public async Task A_confirmation_that_fails_says_so(HttpStatusCode status, SnsVerdict verdict)
    {
        _http.Respond = _ => FakeHttp.Text("", status);

        Assert.Equal(verdict, (await Verifier().ConfirmSubscription(
            Confirmation("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=x"))).Verdict);
    }

    private static SnsEnvelope Message() => new()
    {
        Type = SnsEnvelope.Notification,
        MessageId = "m-1",
        TopicArn = Topic,
        Message = "hi",
        Timestamp = "2026-12-01T00:00:00.000Z",
        SignatureVersion = "2",
        SigningCertUrl = CertificateUrl,
    };

    private static SnsEnvelope Confirmation(string? url) =>
        Message() with { Type = SnsEnvelope.SubscriptionConfirmation, Token = "x", SubscribeUrl = url };

    // The files are signed with a key that was thrown away, and are older than a message may be.
    private async Task<SnsVerification> VerifyFile(string file)
    {
        var pem = System.Text.Encoding.UTF8.GetString(Data.Event("sns", "test-signing-cert.pem"));
        _http.Respond = _ => FakeHttp.Text(pem);
        Assert.True(SnsEnvelope.TryParse(Data.Event("sns", file), out var envelope, out var error), error);
        return await Verifier(("ChatOps:Ingest:Sns:MaxAge", "365.00:00:00")).Verify(envelope);
    }

    private ISnsEnvelopeVerifier Verifier(params (string, string)[] settings) =>
        Services(settings).GetRequiredService<ISnsEnvelopeVerifier>();

    private ServiceProvider Services(params (string Key, string Value)[] settings) => TestServices.Build(
        services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_time));
            services.AddHttpClient(SnsCertificates.HttpClient).ConfigurePrimaryHttpMessageHandler(() => _http);
        },
        [("ChatOps:Aws:Region", "us-east-1"), ("ChatOps:Ingest:Sns:TopicArns:0", Topic), .. settings]);
}
