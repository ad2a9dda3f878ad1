using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Aws.Tests;

/// <summary>A certificate counts from its first moment to its last.</summary>
public sealed class SnsCertificateTests : IDisposable
{
    private const string Topic = "arn:aws:sns:us-east-1:111122223333:alerts";
    private static readonly DateTimeOffset From = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddDays(30);
    private static readonly SnsSender Sender = new(From, Until);

    private readonly FakeHttp _http = new() { Respond = _ => FakeHttp.Text(Sender.Pem) };

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(30 * 24 * 60, true)]
    [InlineData((30 * 24 * 60) + 1, false)]
    public async Task A_certificate_that_is_not_valid_yet_or_no_more_is_refused(int minutesFromItsStart, bool accepted)
    {
        var now = From.AddMinutes(minutesFromItsStart);
        await using var services = TestServices.Build(
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(now)));
                services.AddHttpClient(SnsCertificates.HttpClient).ConfigurePrimaryHttpMessageHandler(() => _http);
            },
            [("ChatOps:Aws:Region", "us-east-1"), ("ChatOps:Ingest:Sns:TopicArns:0", Topic)]);
        var envelope = Sender.Sign(new SnsEnvelope
        {
            Type = SnsEnvelope.Notification,
            MessageId = "m-1",
            TopicArn = Topic,
            Message = "hi",
            Timestamp = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            SignatureVersion = "2",
            SigningCertUrl = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem",
        });

        Assert.Equal(
            accepted ? SnsVerification.Ok : SnsVerification.Rejected("The signing certificate is not valid now."),
            await services.GetRequiredService<ISnsEnvelopeVerifier>().Verify(envelope));
    }
}
