using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Storage;

namespace ChatOps.Assets;

/// <summary>One run of the sync over one account and Region.</summary>
internal sealed class AssetSyncRun(
    IDatabase database, IAwsClients clients, AssetScope scope, SyncState state, TimeSpan lease, TagVocabulary vocabulary, TimeProvider time)
{
    private const string Fields =
        "arn, resourceId, resourceName, resourceType, accountId, awsRegion, resourceCreationTime, configurationItemCaptureTime, tags";

    /// <summary>So long the Tagging API may list what is gone.</summary>
    private static readonly TimeSpan IndexBehind = TimeSpan.FromMinutes(30);

    /// <summary>So long what is deleted can still be looked at.</summary>
    private static readonly TimeSpan DeletedKept = TimeSpan.FromDays(90);

    private readonly HashSet<string> _doneTypes = new(JsonSerializer.Deserialize<string[]>(state.DoneTypes) ?? [], StringComparer.Ordinal);
    private readonly DateTimeOffset _startedAt = DateTimeOffset.FromUnixTimeMilliseconds(state.StartedAt ?? 0);
    private readonly HashSet<string> _globalTypes = new(StringComparer.Ordinal);
    private bool _whole = state.Whole == 1;
    private long _expected = state.Expected;
    private string _phase = state.Phase;
    private IReadOnlyList<ConfigRecorder>? _recorders;
    private string? _notice;

    /// <summary>How many resources the run has seen.</summary>
    public long Seen { get; private set; } = state.Seen;

    /// <summary>What AWS Config says exists.</summary>
    public async Task ResourcesAsync(CancellationToken cancellationToken)
    {
        if (_phase != "resources") return;
        var config = clients.Config(scope.Account, scope.Region);
        var counts = new List<(string Type, long Count)>();
        try
        {
            await foreach (var row in config.SelectResourceConfig("SELECT resourceType, COUNT(*) GROUP BY resourceType", cancellationToken))
            {
                if (Text(row, "resourceType") is { Length: > 0 } type && !ResourceType.IsRecord(type)) counts.Add((type, Count(row)));
            }
        }
        catch (AwsServiceException fault) when (fault.Kind == AwsErrorKind.AccessDenied)
        {
            // Who may not ask Config still knows by the Tagging API what has tags. Nothing is then said to be gone.
            (_whole, _notice) = (false, "denied");
            await NextAsync("tags", cancellationToken);
            return;
        }

        await RecordersAsync(config, cancellationToken);
        _expected = counts.Sum(item => item.Count);
        // A recorder that is off answers with nothing, or with what was once: neither is that nothing exists.
        _whole &= counts.Count > 0;
        if (counts.Count == 0) _notice ??= "empty";
        foreach (var (type, count) in counts.Where(item => !_doneTypes.Contains(item.Type)).OrderBy(
            item => item.Type, StringComparer.Ordinal))
        {
            var before = Seen;
            await InBatchesAsync(
                config.SelectResourceConfig(
                    $"SELECT {Fields} WHERE resourceType = '{type.Replace("'", "''", StringComparison.Ordinal)}'", cancellationToken),
                async rows =>
                {
                    var seenAt = time.GetUtcNow();
                    AssetRow[] assets = [.. rows.Select(row => Read(row, seenAt)).OfType<AssetRow>()];
                    Seen += assets.Length;
                    if (assets.Any(asset => asset.Region == "global")) _globalTypes.Add(type);
                    await WriteAsync(uow => AssetStore.SaveAsync(uow, Distinct(assets), cancellationToken), cancellationToken);
                },
                cancellationToken);
            if (Seen - before < count * 9 / 10) _whole = false;
            _doneTypes.Add(type);
            await WriteAsync(_ => Task.CompletedTask, cancellationToken);
        }

        await NextAsync("tags", cancellationToken);
    }

    /// <summary>What Config is told to record here; not known where that may not be asked.</summary>
    private async Task RecordersAsync(IConfigClient config, CancellationToken cancellationToken)
    {
        try
        {
            var recorders = await config.DescribeConfigurationRecorders(cancellationToken);
            var recording = await config.DescribeConfigurationRecorderStatus(cancellationToken);
            _recorders = [.. recorders.Where(recorder => recording.Contains(recorder.Name))];
            if (_recorders.Count > 0) return;
            (_whole, _notice) = (false, recorders.Count == 0 ? "no-recorder" : "not-recording");
        }
        catch (AmazonServiceException)
        {
            _recorders = null;
        }
    }

    /// <summary>Of which types this run can tell that something is gone: those that Config lists or is told to record.</summary>
    private ListedTypes Listed() => _recorders switch
    {
        null or [] => new ListedTypes(false, [.. _doneTypes]),
        _ when _recorders.All(recorder => recorder.Types.Count > 0) =>
            new ListedTypes(false, [.. _recorders.SelectMany(recorder => recorder.Types).Concat(_doneTypes).Distinct()]),
        _ => new ListedTypes(
            true,
            [.. _recorders.Where(recorder => recorder.Types.Count == 0).Select(recorder => recorder.Excluded.AsEnumerable())
                .Aggregate((left, right) => left.Intersect(right)).Except(_doneTypes)]),
    };

    /// <summary>
    /// Tags as the Tagging API has them. It also names what Config does not record, and for a while what is gone: a resource of a kind that
    /// Config has listed in this run is there only if Config says so.
    /// </summary>
    public async Task TagsAsync(CancellationToken cancellationToken)
    {
        if (_phase != "tags") return;
        // Tags are of when AWS was asked: what somebody changes between the answer and its writing is newer.
        var asked = time.GetUtcNow();
        await InBatchesAsync(
            clients.Tagging(scope.Account, scope.Region).GetResources(new TagQuery(), cancellationToken),
            listed =>
            {
                var resources = listed.Select(resource => resource with { Arn = ArnForms.Canonical(resource.Arn) }).ToList();
                var seenAt = asked;
                asked = time.GetUtcNow();
                return WriteAsync(
                    async uow =>
                    {
                        var known = await AssetStore.FindAsync(
                            uow.Connection, uow.Transaction, [.. resources.Select(resource => resource.Arn)], cancellationToken);
                        var byArn = known.ToDictionary(asset => asset.Arn, StringComparer.Ordinal);
                        await AssetStore.SaveAsync(
                            uow,
                            Distinct([.. resources.Select(resource => Read(resource, byArn.GetValueOrDefault(resource.Arn), seenAt))
                                .OfType<AssetRow>()]),
                            cancellationToken);
                    },
                    cancellationToken);
            },
            cancellationToken);
        await NextAsync("groups", cancellationToken);
    }

    /// <summary>Groups and what is in them.</summary>
    public async Task GroupsAsync(CancellationToken cancellationToken)
    {
        if (_phase != "groups") return;
        var client = clients.ResourceGroups(scope.Account, scope.Region);
        var at = time.GetUtcNow();
        await foreach (var group in client.ListGroups(cancellationToken))
        {
            await WriteAsync(uow => AssetSyncStore.SaveGroupAsync(uow, scope, group, at, cancellationToken), cancellationToken);
            try
            {
                await InBatchesAsync(
                    client.ListGroupResources(group.Arn, cancellationToken),
                    arns => WriteAsync(
                        uow => AssetSyncStore.SaveMembersAsync(uow, group.Arn, arns, at, cancellationToken), cancellationToken),
                    cancellationToken);
            }
            catch (AwsServiceException fault) when (fault.ErrorCode is "CLOUDFORMATION_STACK_INACTIVE"
                or "CLOUDFORMATION_STACK_NOT_EXISTING" or "CLOUDFORMATION_STACK_UNASSUMABLE_ROLE" or "RESOURCE_TYPE_NOT_SUPPORTED")
            {
                // A group whose stack is gone has no complete list ever: what it had stays, and the inventory goes on.
                continue;
            }

            await WriteAsync(uow => AssetSyncStore.ForgetMembersAsync(uow, group.Arn, at, cancellationToken), cancellationToken);
        }

        await WriteAsync(uow => AssetSyncStore.ForgetGroupsAsync(uow, scope, at, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Everything was listed: what was not seen is gone. When Config listed much less than it had counted, nothing is said to be.
    /// </summary>
    public async Task<int> FinishAsync(TimeSpan grace, CancellationToken cancellationToken) => await database.WriteAsync(
        async uow =>
        {
            var now = time.GetUtcNow();
            var deleted = !_whole
                ? 0
                : await AssetSyncStore.MarkDeletedAsync(uow, scope, _globalTypes, Listed(), _startedAt - grace, now, cancellationToken);
            await AssetStore.ForgetDeletedAsync(uow, now - DeletedKept, cancellationToken);
            await AssetSyncStore.SucceedAsync(uow, scope, deleted, _notice, now, cancellationToken);
            return deleted;
        },
        cancellationToken);

    private static AssetRow[] Distinct(AssetRow[] rows) => [.. rows.DistinctBy(row => row.Arn, StringComparer.Ordinal)];

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static DateTimeOffset? Moment(JsonElement row, string name) =>
        DateTimeOffset.TryParse(Text(row, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static long Count(JsonElement row) =>
        row.TryGetProperty("COUNT(*)", out var count) && count.TryGetInt64(out var number) ? number : 0;

    // Config writes [{"key": …, "value": …}], as it does in its snapshots.
    private static Dictionary<string, string> Tags(JsonElement row)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!row.TryGetProperty("tags", out var list) || list.ValueKind != JsonValueKind.Array) return tags;
        foreach (var tag in list.EnumerateArray())
        {
            if (Text(tag, "key") is { } key) tags[key] = Text(tag, "value") ?? "";
        }

        return tags;
    }

    private AssetRow? Read(JsonElement row, DateTimeOffset seenAt)
    {
        // A few types have no ARN (AWS::EC2::NetworkAcl had none for years): their identity is then what Config calls them.
        if (Text(row, "resourceType") is not { } type) return null;
        var region = Text(row, "awsRegion") ?? scope.Region;
        var account = Text(row, "accountId") ?? scope.Account;
        if ((Text(row, "arn")
            ?? (Text(row, "resourceId") is { } id ? $"arn:aws:config:{region}:{account}:{type}/{id}" : null)) is not { } arn)
            return null;
        // What is the tags' time: Config's capture of them may be older than what an event has told us since.
        var captured = Moment(row, "configurationItemCaptureTime") ?? seenAt;
        return AssetRow.Of(
            arn, type, Text(row, "resourceName"), account, region, Tags(row), null, Moment(row, "resourceCreationTime"), captured, seenAt,
            vocabulary);
    }

    private AssetRow? Read(TaggedResource resource, Asset? known, DateTimeOffset seenAt)
    {
        if (known is { DeletedAt: null })
        {
            var ofConfig = _doneTypes.Contains(known.Type);
            // Its own sight of a resource counts only where Config does not list the kind; there it does, even when the last tag has gone.
            return Row(known.Type, known, ofConfig ? known.SeenAt : seenAt);
        }

        // The index remembers for a while what an event has told us is gone.
        if (known?.DeletedAt is { } gone && seenAt - gone < IndexBehind) return null;
        var type = known?.Type ?? ResourceType.Of(resource.Arn);
        // Without tags it had some once, and may be long gone.
        return type.Length == 0 || _doneTypes.Contains(type) || resource.Tags.Count == 0 ? null : Row(type, known, seenAt);

        AssetRow Row(string ofType, Asset? asset, DateTimeOffset at)
        {
            var arn = Arn.TryParse(resource.Arn, out var parsed) ? parsed : default;
            var own = asset is null || (asset.Tags.TryGetValue("Name", out var tag) && tag.Trim() == asset.Name) ? null : asset.Name;
            return AssetRow.Of(
                resource.Arn, ofType, own,
                asset?.Account is { Length: > 0 } account ? account : arn.Account is { Length: > 0 } named ? named : scope.Account,
                asset?.Region is { Length: > 0 } region ? region : scope.Region,
                resource.Tags, null, null, seenAt, at, vocabulary);
        }
    }

    private Task NextAsync(string phase, CancellationToken cancellationToken)
    {
        _phase = phase;
        return WriteAsync(_ => Task.CompletedTask, cancellationToken);
    }

    /// <summary>Writes, and with it where the run is.</summary>
    private Task WriteAsync(Func<UnitOfWork, Task> work, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            await work(uow);
            await AssetSyncStore.ProgressAsync(
                uow, scope, _phase, _expected, Seen, [.. _doneTypes.Order(StringComparer.Ordinal)], _whole, time.GetUtcNow() + lease,
                cancellationToken);
        },
        cancellationToken);

    private static async Task InBatchesAsync<T>(
        IAsyncEnumerable<T> source, Func<IReadOnlyList<T>, Task> write, CancellationToken cancellationToken)
    {
        var batch = new List<T>(AssetStore.BatchSize);
        await foreach (var item in source.WithCancellation(cancellationToken))
        {
            batch.Add(item);
            if (batch.Count < AssetStore.BatchSize) continue;
            await write(batch);
            batch.Clear();
        }

        if (batch.Count > 0) await write(batch);
    }
}
