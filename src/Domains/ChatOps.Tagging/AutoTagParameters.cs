using System.Collections.Concurrent;
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
internal sealed partial class AutoTagParameters(IAwsClients aws, IServiceTags services, TimeProvider time)
{
    /// <summary>Nobody waits longer for one Region's Parameter Store: others' resources are in the same batch.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>So long a Region whose Parameter Store did not answer is not asked again.</summary>
    private static readonly TimeSpan FailureKept = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Account, string Region), (string Why, DateTimeOffset Until)> _failures = new();

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

    /// <summary>
    /// What the layers give together, keys as AWS has them; first, as aws-samples/resource-auto-tagger does, the tags of the creator's IAM
    /// user and role.
    /// </summary>
    /// <exception cref="AmazonServiceException">Parameter Store refuses.</exception>
    /// <exception cref="ParameterStoreException">Parameter Store cannot be reached.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string account, string region, string service, Creator creator, TagPolicy policy, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var identity in (string?[])[Identity("role", creator.Role), Identity("user", creator.User)])
        {
            if (identity is null) continue;
            foreach (var (key, value) in await _known.GetAsync(
                (account, "", identity), _ => ReadIdentityAsync(account, identity), cancellationToken))
                tags[key] = value;
        }

        if (_failures.TryGetValue((account, region), out var failure) && time.GetUtcNow() < failure.Until)
            throw new ParameterStoreException(failure.Why, null);
        foreach (var (path, underscoreIsColon) in Layers(service, creator))
        {
            foreach (var (name, value) in await LayerAsync(account, region, path, cancellationToken))
                tags[KeyOf(name, underscoreIsColon, policy)] = value;
        }

        return tags;

        string? Identity(string kind, string? name) =>
            name is not null && Name().IsMatch(name) ? $"arn:aws:iam::{account}:{kind}/{name}" : null;
    }

    private async Task<IReadOnlyDictionary<string, string>> LayerAsync(
        string account, string region, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await _known.GetAsync((account, region, path), _ => ReadPathAsync(account, region, path), cancellationToken)
                .WaitAsync(AnswerWithin, cancellationToken);
        }
        catch (AmazonServiceException fault) when (AwsErrors.KindOf(fault) is not AwsErrorKind.Unavailable)
        {
            throw;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            var why = $"Parameter Store in {region} does not answer: {fault.Message}";
            _failures[(account, region)] = (why, time.GetUtcNow() + FailureKept);
            throw new ParameterStoreException(why, fault);
        }
    }

    /// <summary>What an IAM user or role is tagged with; nothing where that may not be asked.</summary>
    private async Task<TimedAnswer<IReadOnlyDictionary<string, string>>> ReadIdentityAsync(string account, string arn)
    {
        try
        {
            using var limit = new CancellationTokenSource(AnswerWithin);
            var tags = await services.ReadAsync(account, "us-east-1", arn, limit.Token);
            return new(tags.Where(tag => !TagText.IsReserved(tag.Key)).ToDictionary(tag => tag.Key, tag => tag.Value), Kept);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or TimeoutException or HttpRequestException
            or OperationCanceledException or UnknownAwsAccountException)
        {
            return new(new Dictionary<string, string>(), Kept);
        }
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
                new GetParametersByPathRequest { Path = path, NextToken = next, Recursive = true, WithDecryption = true });
            // A list of texts is no value of a tag; a key of several parts is one, as its slashes are.
            foreach (var parameter in (page.Parameters ?? []).Where(parameter => parameter.Type != ParameterType.StringList))
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

/// <summary>Parameter Store of a Region cannot be reached.</summary>
internal sealed class ParameterStoreException(string message, Exception? inner) : Exception(message, inner);
