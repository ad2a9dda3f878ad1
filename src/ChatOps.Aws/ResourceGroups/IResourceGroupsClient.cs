namespace ChatOps.Aws;

/// <summary>Resource Groups (API 2017-11-27): the named groups of an account and Region, and what is in them.</summary>
/// <remarks>
/// Every method throws <see cref="AwsServiceException"/> when AWS refuses and <see cref="TimeoutException"/> when it does not answer.
/// </remarks>
public interface IResourceGroupsClient
{
    /// <summary>All groups, page by page as they are consumed.</summary>
    IAsyncEnumerable<ResourceGroup> ListGroups(CancellationToken cancellation = default);

    /// <summary>ARNs of a group's resources, page by page as they are consumed.</summary>
    /// <param name="group">The group's ARN or name.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="AwsServiceException">AWS refused, or lists only a part of them (<c>QueryErrors</c>): its stack is gone,
    /// say.</exception>
    IAsyncEnumerable<string> ListGroupResources(string group, CancellationToken cancellation = default);
}

/// <summary>A group of resources.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="Name">Its name, unique in the account and Region.</param>
/// <param name="Description">What it is for; empty when nobody wrote it.</param>
public sealed record ResourceGroup(string Arn, string Name, string Description);
