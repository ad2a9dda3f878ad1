using Amazon.Runtime;
using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>Which tags a new resource gets, by the policy and by Parameter Store as they are now.</summary>
internal sealed partial class CreationTags(
    AutoTagParameters parameters, IPolicy<TagPolicy> policy, ILocales locales, ILogger<CreationTags> logger)
{
    /// <summary>What is set on a resource that was created; empty when nothing is missing.</summary>
    /// <exception cref="AmazonServiceException">Parameter Store cannot be read now.</exception>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(
        string account, string region, Creation creation, Asset asset, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> given;
        try
        {
            var service = creation.Event.Split(':')[0];
            given = await parameters.ReadAsync(account, region, service, creation.Creator, policy.Value, cancellationToken);
        }
        catch (AmazonServiceException fault) when (AwsErrors.KindOf(fault) is AwsErrorKind.AccessDenied)
        {
            // Who has no Parameter Store layer need not allow it; the rest is set.
            LogNoParameters(fault, account, region);
            given = new Dictionary<string, string>();
        }

        return AutoTags.Of(policy.Value, creation, asset, given, locales.Default.Zone);
    }

    /// <summary>What is set on a part, from the resource it came with.</summary>
    /// <param name="whole">The creation of that resource.</param>
    /// <param name="theirs">The tags that it has now.</param>
    /// <param name="part">The part as it is known.</param>
    public IReadOnlyDictionary<string, string> Inherited(Creation whole, IReadOnlyDictionary<string, string> theirs, Asset part) =>
        AutoTags.Inherited(policy.Value, whole, theirs, part);

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Parameter Store cannot be read in {Account} {Region}; new resources get the other tags")]
    private partial void LogNoParameters(Exception fault, string account, string region);
}
