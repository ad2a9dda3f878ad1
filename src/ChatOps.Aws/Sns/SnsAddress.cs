using System.Buffers;
using System.Text.RegularExpressions;

namespace ChatOps.Aws;

/// <summary>Which addresses named in an SNS message may be fetched: SNS's own, and those of the configured service address.</summary>
internal sealed partial class SnsAddress(string? serviceUrl)
{
    // Characters that parsers of addresses disagree on: SNS's own hold none.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("\\@#\t\r\n ");

    private readonly Uri? _service = Uri.TryCreate(serviceUrl, UriKind.Absolute, out var url) ? url : null;

    /// <summary>The address of a signing certificate, or null when it must not be fetched.</summary>
    public Uri? Certificate(string? text) =>
        Checked(text) is { Query: "" } address && CertificatePath().IsMatch(address.AbsolutePath) ? address : null;

    /// <summary>The address that confirms a subscription, or null when it must not be fetched.</summary>
    public Uri? Subscription(string? text) =>
        Checked(text) is { AbsolutePath: "/" } address && SubscriptionQuery().IsMatch(address.Query) ? address : null;

    private Uri? Checked(string? text)
    {
        if (text is null || text.Length > 2048 || text.AsSpan().ContainsAny(Ambiguous)
            || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0)
        {
            return null;
        }
        if (_service is not null && address.Scheme == _service.Scheme && address.Host == _service.Host && address.Port == _service.Port)
            return address;
        return address is { Scheme: "https", Port: 443 } && Host().IsMatch(address.Host) ? address : null;
    }

    [GeneratedRegex(@"\Asns\.[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(\.cn)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Host();

    [GeneratedRegex(@"\A/SimpleNotificationService-[A-Za-z0-9_-]{1,128}\.pem\z", RegexOptions.CultureInvariant)]
    private static partial Regex CertificatePath();

    [GeneratedRegex(@"\A\?Action=ConfirmSubscription&", RegexOptions.CultureInvariant)]
    private static partial Regex SubscriptionQuery();
}
