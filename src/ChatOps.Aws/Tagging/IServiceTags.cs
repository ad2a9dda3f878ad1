namespace ChatOps.Aws;

/// <summary>
/// What the service that owns a resource says of its tags: true at once, where Resource Groups Tagging's GetResources may be minutes
/// behind. Knows the commonest services.
/// </summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when the service refuses (of kind <see cref="AwsErrorKind.NotFound"/> when it
/// does not know the resource) and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface IServiceTags
{
    /// <summary>Whether the tags of such a resource are asked of its own service.</summary>
    bool Knows(string arn);

    /// <summary>The tags of a resource of which <see cref="Knows"/> holds, AWS's own among them.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string account, string region, string arn, CancellationToken cancellation = default);

    /// <summary>The whole ARN of an Auto Scaling group, which its create call does not say; null when there is none of the name.</summary>
    Task<string?> AutoScalingGroupArnAsync(string account, string region, string name, CancellationToken cancellation = default);
}
