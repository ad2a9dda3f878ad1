using Amazon.Runtime;
using ChatOps.Assets;
using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatOps.Tagging;

/// <summary>
/// Tags new resources: reads what they have, asks Parameter Store, sets what is missing, and asks the creator for the rest. What is to be
/// done stands in the table; what is not ready yet is tried again with growing pauses.
/// </summary>
internal sealed partial class AutoTagWorker(
    IDatabase database, CreationStore store, IAssets assets, TagCalls calls, AutoTagParameters parameters, TagCompliance compliance, CreatorPeople people, AttachedResources attached, IOutbox outbox,
    IPolicy<TagPolicy> policy, IPolicy<Routes> routes, ILocales locales, AutoTagSignal signal, TimeProvider time, ILogger<AutoTagWorker> logger) : BackgroundService
{
    private const int Round = 50;

    /// <summary>With the pauses growing to five minutes, about an hour: longer than any resource takes to be ready.</summary>
    private const int MaxAttempts = 18;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private static readonly TimeSpan ForgottenEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private DateTimeOffset _forgetAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Idle;
            try
            {
                while (await WorkAsync(stoppingToken))
                {
                }

                await ForgetAsync(stoppingToken);

                if (await store.NextDueAsync(stoppingToken) is { } due && due - time.GetUtcNow() < wait) wait = due - time.GetUtcNow();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogRoundFailed(fault);
            }

            try
            {
                await signal.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _forgetAt) return;
        _forgetAt = now + ForgottenEvery;
        await store.ForgetAsync(now - Kept, cancellationToken);
    }

    /// <summary>One round; false when nothing was due.</summary>
    internal async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var taken = await store.TakeAsync(now, now + Lease, Round, cancellationToken);
        var wholes = await store.FindAsync([.. taken.Select(one => one.Parent).OfType<string>().Distinct()], cancellationToken);
        foreach (var place in taken.Where(one => one.Arn is null).GroupBy(one => (one.Account, one.Region))) await LookAsync(place.Key.Account, place.Key.Region, [.. place], wholes, cancellationToken);
        foreach (var place in taken.Where(one => one.Arn is not null).GroupBy(one => (one.Account, Region: TagCalls.RegionOf(one.Arn!, one.Region))))
        {
            // A part gets what the resource has now with which it came: where either cannot be read, it waits.
            var read = place.Select(one => one.Arn!).Concat(place.Select(one => WholeOf(one, wholes)?.Arn).OfType<string>()).Distinct(StringComparer.Ordinal);
            var (present, faults) = await calls.ReadAsync(place.Key.Account, place.Key.Region, [.. read], cancellationToken);
            TagCallFault? FaultOf(Creation one) => faults.GetValueOrDefault(one.Arn!) ?? (WholeOf(one, wholes)?.Arn is { } whole ? faults.GetValueOrDefault(whole) : null);
            foreach (var creation in place)
            {
                if (FaultOf(creation) is { } fault) await CompleteAsync(creation, null, new Dictionary<string, string>(), fault, cancellationToken);
            }

            await TagAsync(place.Key.Account, place.Key.Region, [.. place.Where(one => FaultOf(one) is null)], wholes, present, cancellationToken);
        }

        return taken.Count > 0;
    }

    /// <summary>Finds what came with resources; until it is there, the look is taken again like any other that is not ready.</summary>
    private async Task LookAsync(string account, string region, IReadOnlyList<Creation> looks, IReadOnlyDictionary<string, Creation> wholes, CancellationToken cancellationToken)
    {
        var (found, fault) = await attached.OfAsync(account, region, [.. looks.Select(look => WholeOf(look, wholes)).OfType<Creation>()], cancellationToken);
        foreach (var look in looks)
        {
            IReadOnlyList<Creation> parts = [];
            if (WholeOf(look, wholes) is { } whole && (fault is not null || !found.TryGetValue(whole.Arn!, out parts!)))
            {
                await CompleteAsync(look, null, look.Tags, fault ?? new TagCallFault("NotReady", "EC2 does not show its volumes and network interfaces yet.", Passing: true), cancellationToken);
                continue;
            }

            await database.WriteAsync(
                async uow =>
                {
                    await CreationStore.RemoveAsync(uow, look.Id, cancellationToken);
                    if (parts.Count == 0) return;
                    var now = time.GetUtcNow();
                    await CreationStore.AddAsync(uow, parts, now, cancellationToken);
                    foreach (var part in parts)
                    {
                        await assets.RecordAsync(
                            uow, new SeenAsset(part.Arn!, part.At) { Type = part.Type, Account = part.Account, Region = part.Region, Creator = part.Creator.Name, CreatedAt = part.At }, cancellationToken);
                    }
                },
                cancellationToken);
        }
    }

    private static Creation? WholeOf(Creation part, IReadOnlyDictionary<string, Creation> wholes) => part.Parent is { } id ? wholes.GetValueOrDefault(id) : null;

    private async Task TagAsync(
        string account, string region, IReadOnlyList<Creation> creations, IReadOnlyDictionary<string, Creation> wholes,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> present, CancellationToken cancellationToken)
    {
        var known = (await assets.FindAsync([.. creations.Select(one => one.Arn!)], cancellationToken)).ToDictionary(asset => asset.Arn, StringComparer.Ordinal);
        var todo = new List<(Creation Creation, Asset Asset, IReadOnlyDictionary<string, string> Tags)>();
        foreach (var creation in creations)
        {
            var asset = AssetOf(creation, known.GetValueOrDefault(creation.Arn!), present[creation.Arn!]);
            if (creation.Updates && IsOld(creation, asset))
            {
                await CompleteAsync(creation with { State = CreationState.Skipped, Reason = SkipReasons.Update }, null, creation.Tags, null, cancellationToken);
                continue;
            }

            if (creation.Parent is not null)
            {
                todo.Add((creation, asset, WholeOf(creation, wholes) is { } whole ? AutoTags.Inherited(policy.Value, whole, present[whole.Arn!], asset) : new Dictionary<string, string>()));
                continue;
            }

            try
            {
                var given = await parameters.ReadAsync(account, region, creation.Event.Split(':')[0], creation.Creator, policy.Value, cancellationToken);
                todo.Add((creation, asset, AutoTags.Of(policy.Value, creation, asset, given, locales.Default.Zone)));
            }
            catch (AmazonServiceException fault) when (AwsErrors.KindOf(fault) is AwsErrorKind.AccessDenied)
            {
                // Who has no Parameter Store layer need not allow it; the rest is set.
                LogNoParameters(fault, account, region);
                todo.Add((creation, asset, AutoTags.Of(policy.Value, creation, asset, new Dictionary<string, string>(), locales.Default.Zone)));
            }
            catch (AmazonServiceException fault)
            {
                await CompleteAsync(creation, null, creation.Tags, new TagCallFault(fault.ErrorCode ?? "", fault.Message, Passing: true), cancellationToken);
            }
        }

        foreach (var (creation, asset, tags) in todo.Where(one => one.Tags.Count == 0))
            await CompleteAsync(creation with { State = CreationState.Nothing }, asset, tags, null, cancellationToken);
        foreach (var same in todo.Where(one => one.Tags.Count > 0).GroupBy(one => Change(one.Tags).ToJson()))
        {
            foreach (var some in same.Chunk(TagCalls.MaxResources))
            {
                var faults = await calls.WriteAsync(account, region, Change(some[0].Tags), [.. some.Select(one => one.Creation.Arn!)], cancellationToken);
                foreach (var (creation, asset, tags) in some)
                {
                    var fault = faults.GetValueOrDefault(creation.Arn!);
                    await CompleteAsync(
                        fault is null ? creation with { State = CreationState.Tagged, Tags = tags } : creation,
                        fault is null ? Change(tags).AppliedTo(asset) : asset, tags, fault, cancellationToken);
                }
            }
        }
    }

    /// <summary>Writes down what became of one, in one transaction with everything that follows from it.</summary>
    private async Task CompleteAsync(Creation creation, Asset? asset, IReadOnlyDictionary<string, string> tags, TagCallFault? fault, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? due = null;
        if (fault is not null)
        {
            var again = (fault.Passing || fault.NotReady) && creation.Attempts < MaxAttempts;
            due = again ? now + Pause(creation.Attempts) : null;
            creation = creation with { State = again ? CreationState.Pending : fault.NotTaggable ? CreationState.NotTaggable : CreationState.Failed, Reason = $"{fault.Code}: {fault.Message}" };
            if (!again) LogFailed(creation.Arn ?? $"What came with {creation.Name}", creation.Event, fault.Code, fault.Message);
        }

        var faults = asset is null || creation.State == CreationState.Pending ? [] : policy.Value.Judge(asset);
        var asked = faults.Count > 0 && policy.Value.AutoTag.AskCreator && creation.State is CreationState.Tagged or CreationState.Nothing
            ? await AskedAsync(creation, asset!, cancellationToken)
            : null;
        await database.WriteAsync(
            async uow =>
            {
                await CreationStore.CompleteAsync(uow, creation, due, now, cancellationToken);
                if (AttachedResources.LookFor(creation) is { } look) await CreationStore.AddAsync(uow, [look], now, cancellationToken);
                if (creation.State == CreationState.Tagged)
                    await assets.RecordAsync(uow, new SeenAsset(creation.Arn!, now) { Tags = tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value, StringComparer.Ordinal) }, cancellationToken);
                if (asset is not null && creation.State != CreationState.Pending)
                {
                    await CreationStore.MissesAsync(uow, creation.Id, [.. faults.Select(one => one.Key)], cancellationToken);
                    // The inventory gave the asset its id when the event was read.
                    if (asset.Id.Length > 0) await compliance.JudgeAsync(uow, [asset], null, cancellationToken);
                }

                if (asked is not var (notice, wanted)) return;
                await CreationStore.AskAsync(uow, notice, cancellationToken);
                await outbox.RequestAsync(uow, wanted, cancellationToken);
            },
            cancellationToken);
    }

    private async Task<(TagNotice Notice, IReadOnlyList<MessageRequest> MessageRequest)?> AskedAsync(Creation creation, Asset asset, CancellationToken cancellationToken)
    {
        var found = await people.FindAsync(creation.Creator, policy.Value.AutoTag.MailDomain, cancellationToken);
        var notice = new TagNotice(creation.NoticeId, creation.Creator.Name, found?.UserId, creation.At, null, null, Certain: found is { ByMail: true } && creation.Creator.IsVouchedFor);
        var subject = TagNotice.SubjectOf(notice.Id);
        // Many calls of one person in a minute (Terraform) become one message.
        var group = $"{creation.Creator.Name}|{creation.Account}";
        if (found is { } person) return (notice, [new MessageRequest(subject, person.Channel, person.Language, Severity.Low, Open: true, group)]);
        var facts = new RouteFacts { Account = creation.Account, Region = creation.Region, ResourceTypes = [asset.Type], Tags = [.. asset.Tags] };
        return (notice, [.. routes.Value.For(RouteKind.Tagging, facts).Select(to => new MessageRequest(subject, to.Channel, to.Language, Severity.Low, Open: true, group))]);
    }

    /// <summary>The resource as it is: what the event says, what the inventory knows, and what AWS has just now.</summary>
    private static Asset AssetOf(Creation creation, Asset? known, IReadOnlyDictionary<string, string> present)
    {
        // The Tagging API may lag behind the call that set tags: what the call itself says counts too.
        var tags = new Dictionary<string, string>(creation.OwnTags.Where(tag => !TagText.IsReserved(tag.Key)), StringComparer.Ordinal);
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

    /// <summary>A call that also updates created nothing when the resource was known before, or carries tags that the call did not set.</summary>
    private static bool IsOld(Creation creation, Asset asset) =>
        (asset.CreatedAt is { } created && created < creation.At.AddMinutes(-1)) || asset.Tags.Keys.Except(creation.OwnTags.Keys).Any();

    private static TagChange Change(IReadOnlyDictionary<string, string> tags) => new(tags.ToDictionary(tag => tag.Key, string? (tag) => tag.Value, StringComparer.Ordinal));

    private static TimeSpan Pause(long attempts)
    {
        var pause = FirstPause * Math.Pow(1.7, Math.Min(attempts - 1, 12));
        return pause < LongestPause ? pause : LongestPause;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of tagging new resources failed")]
    private partial void LogRoundFailed(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Arn} of {Event} was not tagged: {Code} {Reason}")]
    private partial void LogFailed(string arn, string @event, string code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Parameter Store cannot be read in {Account} {Region}; new resources get the other tags")]
    private partial void LogNoParameters(Exception fault, string account, string region);
}
