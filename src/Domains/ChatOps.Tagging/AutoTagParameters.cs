using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Platform.Caching;

namespace ChatOps.Tagging;

/// <summary>
/// Tags that Parameter Store gives to new resources, in the resource's account and Region: <c>/auto-tag/…/tag/{key}</c>. Kept for five
/// minutes, also that there are none; whoever creates a hundred resources costs three calls.
/// </summary>
internal sealed partial class AutoTagParameters(IAwsClients aws, TimeProvider time)
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly TimedCache<(
        string Account, string Region, string Path), IReadOnlyDictionary<string, string>> _known = new(MaxKept, time);

    /// <summary>
    /// The layers for a call, the later of which win: the service's, the user's, the role's, the session's. Their keys are as the
    /// parameters
    /// have them.
    /// </summary>
    public static IReadOnlyList<(string Path, bool UnderscoreIsColon)> Layers(string service, Creator creator)
    {
        var layers = new List<(string, bool)> { ($"/auto-tag/{service}/tag", true) };
        if (creator.User is { } user && Name().IsMatch(user)) layers.Add(($"/auto-tag/{user}/tag", false));
        if (creator.Role is { } role && Name().IsMatch(role))
        {
            layers.Add(($"/auto-tag/{role}/tag", false));
            if (creator.Session is { } session && Name().IsMatch(session)) layers.Add(($"/auto-tag/{role}/{session}/tag", false));
        }

        return layers;
    }

    /// <summary>What the layers give together, keys as AWS has them.</summary>
    /// <exception cref="AmazonServiceException">Parameter Store cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string account, string region, string service, Creator creator, TagPolicy policy, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, underscoreIsColon) in Layers(service, creator))
        {
            foreach (var (name, value) in await _known.GetAsync(
                (account, region, path), _ => ReadPathAsync(account, region, path), cancellationToken))
                tags[KeyOf(name, underscoreIsColon, policy)] = value;
        }

        return tags;
    }

    /// <summary>
    /// A parameter's name cannot hold a colon. In the service's layer an underscore stands for it; what people have for users and roles
    /// keeps
    /// its underscores, unless it so begins with the policy's prefix.
    /// </summary>
    internal static string KeyOf(string name, bool underscoreIsColon, TagPolicy policy)
    {
        var prefix = policy.Vocabulary.Prefix;
        var colons = name.Replace('_', ':');
        var isOurs = prefix.Length > 0 && colons.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
        var key = isOurs ? colons[..prefix.Length] + name[prefix.Length..] : underscoreIsColon ? colons : name;
        return policy.Find(key) is { } known ? policy.Full(known.Name) : key;
    }

    /// <summary>The SDK ends each call by its own time-out; who waits for the answer may be several.</summary>
    private async Task<TimedAnswer<IReadOnlyDictionary<string, string>>> ReadPathAsync(string account, string region, string path)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        string? next = null;
        do
        {
            var page = await aws.Ssm(account, region).GetParametersByPathAsync(
                new GetParametersByPathRequest { Path = path, NextToken = next });
            // A secret is nobody's tag, and a list of texts is none.
            foreach (var parameter in (page.Parameters ?? []).Where(parameter => parameter.Type == ParameterType.String))
                tags[parameter.Name[(path.Length + 1)..]] = parameter.Value;
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));

        return new(tags, Kept);
    }

    // ssm, parameter names: what holds anything else (a session named by a mail address) cannot have parameters.
    [GeneratedRegex("^[a-zA-Z0-9_.-]{1,128}$")]
    private static partial Regex Name();
}
