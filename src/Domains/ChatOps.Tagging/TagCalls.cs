using System.Collections.Concurrent;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>Why AWS did not tag a resource.</summary>
/// <param name="Code">AWS's code, or ours.</param>
/// <param name="Message">AWS's words.</param>
/// <param name="Passing">It may work later: throttling, an outage.</param>
internal sealed record TagCallFault(string Code, string Message, bool Passing)
{
    /// <summary>
    /// AWS does not know the resource, or not in this state: so it says of one that was created a moment ago, and of one that is gone.
    /// </summary>
    public bool NotReady { get; init; }

    /// <summary>This type of resource cannot be tagged this way.</summary>
    public bool NotTaggable { get; init; }

    /// <summary>Too many calls.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>AWS found the call wrong before it did any of it.</summary>
    public bool IsInvalid { get; init; }
}

/// <summary>AWS did not tag a resource, but may do so later.</summary>
internal sealed class TagCallException(TagCallFault fault) : WorkFailedException($"{fault.Code}: {fault.Message}")
{
    /// <summary>Why.</summary>
    public TagCallFault Fault { get; } = fault;
}

/// <summary>Tags that resources have now.</summary>
/// <param name="Tags">By ARN, AWS's own left out; a resource that never had any is there without any.</param>
/// <param name="Faults">Those of which AWS did not say it, with why.</param>
/// <param name="Indexed">
/// Those of which only the Tagging API's index told: it may be minutes behind what somebody, or we ourselves, did.
/// </param>
internal sealed record TagReading(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Tags, IReadOnlyDictionary<string, TagCallFault> Faults,
    IReadOnlySet<string> Indexed);

/// <summary>
/// Tells AWS: reads, sets and removes tags of up to 20 resources of one account and Region. What they have is asked of the service that
/// owns them where we know how, and read back after a change. Knows which faults pass.
/// </summary>
internal sealed class TagCalls(IAwsClients aws, IServiceTags services)
{
    /// <summary>Reads of one batch at the same time: each resource is asked for by itself.</summary>
    private const int ReadsAtOnce = 8;

    /// <summary>The code of a change that AWS took and does not show yet.</summary>
    public const string NotVerified = "NotVerified";


    /// <summary>TagResources and UntagResources take so many.</summary>
    public const int MaxResources = 20;

    /// <summary>The Region whose endpoint knows a resource: global ones are known in the partition's first.</summary>
    public static string RegionOf(string arn, string region) => region is not ("" or "global") ? region
        : arn.StartsWith("arn:aws-cn:", StringComparison.Ordinal) ? "cn-north-1"
        : arn.StartsWith("arn:aws-us-gov:", StringComparison.Ordinal) ? "us-gov-west-1" : "us-east-1";

    /// <summary>The code of what only its own service tags.</summary>
    public const string OwnApi = "OwnApi";

    private const string NoAccount = "NoAccount";

    /// <summary>GetResources takes so many ARNs.</summary>
    private const int MaxListed = 100;

    private static readonly TagCallFault Unverified = new(NotVerified, "AWS took the change and does not show it yet.", Passing: true);

    private static readonly TagCallFault OwnApiFault = new(
        OwnApi, "Resource Groups Tagging does not tag this type of resource; its own service does.", Passing: false)
    { NotTaggable = true };

    /// <summary>
    /// Whether a resource is tagged only by calls of its own service, which we do not make: as <c>own-api</c> in <c>CreateEvents.tsv</c>.
    /// </summary>
    public static bool IsOwnApi(string arn) => Arn.TryParse(arn, out var parsed) && parsed switch
    {
        { Service: "iam", ResourceType: "group" } => true,
        { Service: "cloudformation" or "opsworks", ResourceType: "stack" } => true,
        _ => false,
    };

    /// <summary>What resources have now.</summary>
    public async Task<TagReading> ReadAsync(
        string account, string region, IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        var distinct = arns.Distinct(StringComparer.Ordinal).ToList();
        var tags = new ConcurrentDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var faults = new ConcurrentDictionary<string, TagCallFault>(StringComparer.Ordinal);
        var indexed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            distinct,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (arn, cancellation) =>
            {
                if (!services.Knows(arn))
                {
                    indexed[arn] = true;
                    return;
                }

                IReadOnlyDictionary<string, string> read = new Dictionary<string, string>();
                var fault = await TryAsync(async () => read = await services.ReadAsync(account, region, arn, cancellation), cancellation);
                if (fault is null) tags[arn] = Ours(read);
                else if (fault.NotReady || fault.IsThrottled || fault.Code == NoAccount) faults[arn] = fault;
                // Who may not ask the service, or cannot reach it, asks the index, as for services that we do not know.
                else indexed[arn] = true;
            });
        var list = indexed.Keys.Order(StringComparer.Ordinal).ToList();
        foreach (var arn in list) tags[arn] = new Dictionary<string, string>();
        foreach (var part in list.Chunk(MaxListed))
        {
            var unread = await EachAsync(
                part,
                async now =>
                {
                    var query = new TagQuery { Arns = now };
                    await foreach (var resource in aws.Tagging(account, region).GetResources(query, cancellationToken))
                        tags[resource.Arn] = Ours(resource.Tags);
                    return [];
                },
                cancellationToken);
            foreach (var (arn, fault) in unread) faults[arn] = fault;
        }

        return new TagReading(tags, faults, list.ToHashSet(StringComparer.Ordinal));
    }

    private static Dictionary<string, string> Ours(IReadOnlyDictionary<string, string> tags) =>
        tags.Where(tag => !TagText.IsReserved(tag.Key)).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);

    /// <summary>
    /// Does a change to resources, and reads back that it is done; those that AWS did not change, or does not show yet
    /// (<see cref="NotVerified"/>), with why.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, TagCallFault>> WriteAsync(
        string account, string region, TagChange change, IReadOnlyList<string> arns, CancellationToken cancellationToken)
    {
        var faults = new Dictionary<string, TagCallFault>(StringComparer.Ordinal);
        var client = () => aws.Tagging(account, region);
        // What this API never tags is not asked for: its refusals read like 'not ready yet'.
        foreach (var arn in arns.Where(IsOwnApi)) faults[arn] = OwnApiFault;
        if (change.Set is { Count: > 0 } set) await CallAsync(now => client().TagResources(now, set, cancellationToken));
        if (change.Removed is { Count: > 0 } removed) await CallAsync(now => client().UntagResources(now, removed, cancellationToken));
        var written = arns.Where(arn => !faults.ContainsKey(arn)).ToList();
        if (written.Count == 0) return faults;
        var after = await ReadAsync(account, region, written, cancellationToken);
        foreach (var arn in written)
        {
            if (after.Faults.GetValueOrDefault(arn) is not null || !change.Against(after.Tags[arn]).IsEmpty) faults[arn] = Unverified;
        }

        return faults;

        async Task CallAsync(Func<IReadOnlyList<string>, Task<IReadOnlyList<TaggingFailure>>> call)
        {
            foreach (var (arn, fault) in await EachAsync([.. arns.Where(arn => !faults.ContainsKey(arn))], call, cancellationToken))
                faults[arn] = fault;
        }
    }

    /// <summary>
    /// One call for all of them; what failed, with why. A call that AWS finds wrong as a whole is made again in halves: one ARN that it
    /// does
    /// not take must not cost its neighbours their tags.
    /// </summary>
    private static async Task<Dictionary<string, TagCallFault>> EachAsync(
        string[] arns, Func<IReadOnlyList<string>, Task<IReadOnlyList<TaggingFailure>>> call,
        CancellationToken cancellationToken)
    {
        var faults = new Dictionary<string, TagCallFault>(StringComparer.Ordinal);
        if (arns.Length == 0) return faults;
        IReadOnlyList<TaggingFailure> failures = [];
        var whole = await TryAsync(async () => failures = await call(arns), cancellationToken);
        foreach (var failure in failures) faults[failure.Arn] = FaultOf(failure);
        if (whole is { IsInvalid: true } && arns.Length > 1)
        {
            foreach (var half in arns.Chunk((arns.Length + 1) / 2))
            {
                foreach (var (arn, fault) in await EachAsync(half, call, cancellationToken)) faults[arn] = fault;
            }
        }
        else if (whole is not null)
        {
            foreach (var arn in arns) faults[arn] = whole;
        }

        return faults;
    }

    internal static async Task<TagCallFault?> TryAsync(Func<Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call();
            return null;
        }
        catch (AmazonServiceException fault)
        {
            var kind = AwsErrors.KindOf(fault);
            return new TagCallFault(
                string.IsNullOrEmpty(fault.ErrorCode) ? fault.StatusCode.ToString() : fault.ErrorCode, fault.Message,
                kind is AwsErrorKind.Throttled or AwsErrorKind.Unavailable)
            {
                IsInvalid = kind == AwsErrorKind.Invalid,
                IsThrottled = kind == AwsErrorKind.Throttled,
                NotReady = kind == AwsErrorKind.NotFound && !string.IsNullOrEmpty(fault.ErrorCode),
            };
        }
        catch (UnknownAwsAccountException fault)
        {
            return new TagCallFault(NoAccount, fault.Message, Passing: false);
        }
        catch (Exception fault) when (fault is TimeoutException or HttpRequestException or AmazonClientException
            && !cancellationToken.IsCancellationRequested)
        {
            return new TagCallFault(fault.GetType().Name, fault.Message, Passing: true);
        }
    }

    /// <summary>The API answers for the services behind it: their throttling and their 'not yet' come inside a 200.</summary>
    private static TagCallFault FaultOf(TaggingFailure failure) => new(
        failure.ErrorCode,
        failure.ErrorMessage,
        failure.StatusCode is 429 or >= 500
        || failure.ErrorCode is "InternalServiceException" or "ThrottledException" or "ThrottlingException"
            or "ConcurrentModificationException"
        || Says(failure, "Rate exceeded") || Says(failure, "throttl"))
    {
        NotReady = NotReady(failure),
        NotTaggable = Says(failure, "not supported") || Says(failure, "unsupported") || Says(failure, "does not support"),
    };

    private static bool NotReady(TaggingFailure failure) =>
        Says(failure, "NotFound") || Says(failure, "not found") || Says(failure, "does not exist") || Says(failure, "ResourceInUse")
            || Says(failure, "InvalidState")
        || Says(failure, "not available") || Says(failure, "being created") || Says(failure, "CREATING") || Says(failure, "not active");

    private static bool Says(TaggingFailure failure, string words) =>
        failure.ErrorMessage.Contains(words, StringComparison.OrdinalIgnoreCase)
            || failure.ErrorCode.Contains(words, StringComparison.OrdinalIgnoreCase);
}
