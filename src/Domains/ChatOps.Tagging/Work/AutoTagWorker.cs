using Amazon.Runtime;
using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>
/// Tags new resources: reads what they have, asks Parameter Store, sets what is missing, and asks the creator for the rest. What is to be
/// done stands in the table; what is not ready yet is tried again with growing pauses.
/// </summary>
internal sealed class AutoTagWorker(
    IDatabase database, CreationStore store, IAssets assets, TagCalls calls, CreationTags creationTags, CreationChanges changes,
    AttachedResources attached, IServiceTags services, TimeProvider time) : IWorkProcessor<Creation>
{
    /// <summary>
    /// Of what only the Tagging API's index tells, the tags that its maker sets a moment later are not there yet: so long we wait.
    /// </summary>
    private static readonly TimeSpan IndexBehind = TimeSpan.FromSeconds(20);

    /// <summary>So many reads after we tagged it, some twenty minutes, the index has caught up.</summary>
    private const int MaxUnverified = 11;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public async Task ProcessAsync(WorkBatch<Creation> batch, CancellationToken cancellationToken)
    {
        var taken = await ResolveAsync(batch, cancellationToken);
        var wholes = await store.FindAsync([.. taken.Select(creation => creation.Parent).OfType<string>().Distinct()], cancellationToken);
        foreach (var place in taken.Where(creation => creation.Arn is null).GroupBy(creation => (creation.Account, creation.Region)))
            await LookAsync(batch, place.Key.Account, place.Key.Region, [.. place], wholes, cancellationToken);
        foreach (var place in taken.Where(creation => creation.Arn is not null).GroupBy(
            creation => (creation.Account, Region: TagCalls.RegionOf(creation.Arn!, creation.Region))))
        {
            // A part gets what the resource has now with which it came: where either cannot be read, it waits.
            var read = place.Select(creation => creation.Arn!)
                .Concat(place.Select(creation => WholeOf(creation, wholes)?.Arn).OfType<string>()).Distinct(StringComparer.Ordinal);
            var reading = await calls.ReadAsync(place.Key.Account, place.Key.Region, [.. read], cancellationToken);
            TagCallFault? FaultOf(Creation creation) => reading.Faults.GetValueOrDefault(creation.Arn!)
                ?? (WholeOf(creation, wholes)?.Arn is { } whole ? reading.Faults.GetValueOrDefault(whole) : null)
                ?? (reading.Indexed.Contains(creation.Arn!) && time.GetUtcNow() - creation.At < IndexBehind
                    ? new TagCallFault("IndexBehind", "Its own service could not be asked, and the index may not have its tags yet.", true)
                    : null);
            foreach (var creation in place)
            {
                if (FaultOf(creation) is { } fault)
                    await changes.CompleteAsync(batch, creation, null, new Dictionary<string, string>(), fault, cancellationToken);
            }

            await TagAsync(
                batch, place.Key.Account, place.Key.Region, [.. place.Where(creation => FaultOf(creation) is null)], wholes, reading.Tags,
                cancellationToken);
        }
    }

    /// <summary>
    /// Asks for the ARNs that a create call does not say whole. Those that AWS does not tell yet are tried again; the rest go on.
    /// </summary>
    private async Task<IReadOnlyList<Creation>> ResolveAsync(WorkBatch<Creation> batch, CancellationToken cancellationToken)
    {
        var resolved = new List<Creation>();
        foreach (var creation in batch.Items)
        {
            if (creation.Arn is null || !ArnForms.IsIncomplete(creation.Arn))
            {
                resolved.Add(creation);
                continue;
            }

            string? arn = null;
            var fault = await TagCalls.TryAsync(
                async () => arn = await services.AutoScalingGroupArnAsync(
                    creation.Account, creation.Region, ArnForms.NameOf(creation.Arn), cancellationToken),
                cancellationToken);
            if (arn is null || !CreateEvent.IsValid(arn))
            {
                fault ??= new TagCallFault("NotFound", "AWS does not know it yet.", Passing: false) { NotReady = true };
                await changes.CompleteAsync(batch, creation, null, creation.Tags, fault, cancellationToken);
                continue;
            }

            var whole = creation with { Arn = arn };
            await database.WriteAsync(
                async uow =>
                {
                    await batch.HoldAsync(uow, [creation]);
                    await CreationStore.ResolveAsync(uow, creation.Id, arn, cancellationToken);
                    await assets.RecordAsync(uow, CreateEventReader.Seen(whole), cancellationToken);
                },
                cancellationToken);
            resolved.Add(whole);
        }

        return resolved;
    }

    public Task GiveUpAsync(UnitOfWork uow, Creation item, Exception fault, CancellationToken cancellationToken) =>
        changes.FailAsync(
            uow, item, (fault as TagCallException)?.Fault ?? new TagCallFault(fault.GetType().Name, fault.Message, Passing: false),
            cancellationToken);

    public Task SweepAsync(CancellationToken cancellationToken) => store.ForgetAsync(time.GetUtcNow() - Kept, cancellationToken);

    /// <summary>Finds what came with resources; until it is there, the look is taken again like any other that is not ready.</summary>
    private async Task LookAsync(
        WorkBatch<Creation> batch, string account, string region, IReadOnlyList<Creation> looks,
        IReadOnlyDictionary<string, Creation> wholes, CancellationToken cancellationToken)
    {
        var (found, fault) = await attached.OfAsync(
            account, region, [.. looks.Select(look => WholeOf(look, wholes)).OfType<Creation>()], cancellationToken);
        foreach (var look in looks)
        {
            IReadOnlyList<Creation> parts = [];
            if (WholeOf(look, wholes) is { } whole && (fault is not null || !found.TryGetValue(whole.Arn!, out parts!)))
            {
                var why = fault ?? new TagCallFault("NotReady", "EC2 does not show its volumes and network interfaces yet.", Passing: true);
                await changes.CompleteAsync(batch, look, null, look.Tags, why, cancellationToken);
                continue;
            }

            await database.WriteAsync(
                async uow =>
                {
                    await batch.CloseAsync(uow, look);
                    await CreationStore.RemoveAsync(uow, look.Id, cancellationToken);
                    if (parts.Count == 0) return;
                    var now = time.GetUtcNow();
                    await CreationStore.AddAsync(uow, parts, now, cancellationToken);
                    foreach (var part in parts)
                    {
                        await assets.RecordAsync(
                            uow, new SeenAsset(part.Arn!, part.At)
                            {
                                Type = part.Type,
                                Account = part.Account,
                                Region = part.Region,
                                Creator = part.Creator.Name,
                                CreatedAt = part.At,
                            }, cancellationToken);
                    }
                },
                cancellationToken);
        }
    }

    private static Creation? WholeOf(Creation part, IReadOnlyDictionary<string, Creation> wholes) =>
        part.Parent is { } id ? wholes.GetValueOrDefault(id) : null;

    private async Task TagAsync(
        WorkBatch<Creation> batch, string account, string region, IReadOnlyList<Creation> creations,
        IReadOnlyDictionary<string, Creation> wholes,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> present, CancellationToken cancellationToken)
    {
        var known = (await assets.FindAsync([.. creations.Select(item => item.Arn!)], cancellationToken)).ToDictionary(
            asset => asset.Arn, StringComparer.Ordinal);
        var todo = new List<(Creation Creation, Asset Asset, IReadOnlyDictionary<string, string> Tags)>();
        foreach (var creation in creations)
        {
            var asset = AssetOf(creation, known.GetValueOrDefault(creation.Arn!), present[creation.Arn!]);
            if (creation.Updates && IsOld(creation, asset))
            {
                await changes.CompleteAsync(
                    batch, creation with { State = CreationState.Skipped, Reason = SkipReasons.Update }, null, creation.Tags, null,
                    cancellationToken);
                continue;
            }

            if (creation.Parent is not null)
            {
                var inherited = WholeOf(creation, wholes) is { } whole
                    ? creationTags.Inherited(whole, present[whole.Arn!], asset)
                    : new Dictionary<string, string>();
                todo.Add((creation, asset, inherited));
                continue;
            }

            try
            {
                todo.Add((creation, asset, await creationTags.OfAsync(account, region, creation, asset, cancellationToken)));
            }
            catch (Exception fault) when (fault is AmazonServiceException or ParameterStoreException or AmazonClientException)
            {
                var code = fault is AmazonServiceException { ErrorCode: { Length: > 0 } named } ? named : "ParameterStore";
                await changes.CompleteAsync(
                    batch, creation, null, creation.Tags, new TagCallFault(code, fault.Message, Passing: true), cancellationToken);
            }
        }

        // What AWS took before is only looked for: what was set is there now, or is not there yet.
        foreach (var (creation, asset, tags) in todo.Where(item => IsWritten(item.Creation)))
        {
            var missing = creation.Parent is null && tags.Count > 0;
            var fault = missing
                ? new TagCallFault(TagCalls.NotVerified, "AWS took the tags and does not show them yet.", creation.Attempts < MaxUnverified)
                : null;
            var state = missing ? creation.State : CreationState.Tagged;
            await changes.CompleteAsync(batch, creation with { State = state, Tags = present[creation.Arn!] }, asset, tags, fault,
                cancellationToken);
        }

        todo.RemoveAll(item => IsWritten(item.Creation));
        foreach (var (creation, asset, tags) in todo.Where(item => item.Tags.Count == 0))
            await changes.CompleteAsync(batch, creation with { State = CreationState.Nothing }, asset, tags, null, cancellationToken);
        foreach (var group in todo.Where(item => item.Tags.Count > 0).GroupBy(item => Change(item.Tags).ToJson()))
        {
            foreach (var part in group.Chunk(TagCalls.MaxResources))
            {
                var faults = await calls.WriteAsync(
                    account, region, Change(part[0].Tags), [.. part.Select(item => item.Creation.Arn!)], cancellationToken);
                foreach (var (creation, asset, tags) in part)
                {
                    var fault = faults.GetValueOrDefault(creation.Arn!);
                    await changes.CompleteAsync(
                        batch, fault is null ? creation with { State = CreationState.Tagged, Tags = tags } : creation,
                        fault is null ? Change(tags).AppliedTo(asset) : asset, tags, fault, cancellationToken);
                }
            }
        }
    }

    /// <summary>The resource as it is: what the event says, what the inventory knows, and what AWS has just now.</summary>
    private static Asset AssetOf(Creation creation, Asset? known, IReadOnlyDictionary<string, string> present)
    {
        // The Tagging API may lag behind the call that set tags: what the call itself says counts too.
        var tags = new Dictionary<string, string>(creation.OwnTags.Where(tag => !TagText.IsReserved(tag.Key)), StringComparer.Ordinal);
        // What somebody set since stands in the inventory, where an event told of it.
        if (known?.CreatedAt is { } created && created >= creation.At.AddMinutes(-1))
        {
            foreach (var (key, value) in known.Tags) tags[key] = value;
        }

        foreach (var (key, value) in present) tags[key] = value;
        return (known ?? new Asset
        {
            Arn = creation.Arn!,
            Id = "",
            Type = creation.Type,
            Name = creation.Name,
            Account = creation.Account,
            Region = creation.Region,
            Tags = tags,
        }) with
        { Name = creation.Name, Tags = tags };
    }

    /// <summary>
    /// A call that also updates created nothing when the resource was known before, or carries tags that the call did not set.
    /// </summary>
    private static bool IsOld(Creation creation, Asset asset) =>
        (asset.CreatedAt is { } created && created < creation.At.AddMinutes(-1)) || asset.Tags.Keys.Except(creation.OwnTags.Keys).Any();

    private static bool IsWritten(Creation creation) =>
        creation.Reason?.StartsWith(TagCalls.NotVerified, StringComparison.Ordinal) == true;

    private static TagChange Change(IReadOnlyDictionary<string, string> tags) =>
        new(tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value, StringComparer.Ordinal));
}
