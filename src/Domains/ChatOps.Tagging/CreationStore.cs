using System.Text.Json;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Tagging;

/// <summary>The SQL of creations and notices.</summary>
internal sealed class CreationStore(IDatabase database)
{
    private const string Columns =
        """
        id AS Id, notice_id AS NoticeId, arn AS Arn, type AS Type, name AS Name, account AS Account, region AS Region, event AS Event,
          at AS At, creator AS Creator,
        own_tags AS OwnTags, updates AS Updates, state AS State, reason AS Reason, tags AS Tags, missing AS Missing, attempts AS Attempts,
          parent AS Parent
        """;

    private const string Waiting = "missing IS NOT NULL AND missing <> '[]'";

    /// <summary>Keeps creations; the same event again changes nothing. Which of them are new.</summary>
    public static async Task<IReadOnlySet<string>> AddAsync(
        UnitOfWork uow, IReadOnlyList<Creation> creations, DateTimeOffset due, CancellationToken cancellationToken) =>
        (await uow.Connection.QueryAsync<string>(Command(
            uow,
            $"""
            INSERT INTO tagging_creation (id, notice_id, arn, type, name, account, region, event, at, creator, creator_name, own_tags,
              updates, state, reason, parent, due_at)
            SELECT r.value ->> 'Id', r.value ->> 'NoticeId', r.value ->> 'Arn', r.value ->> 'Type', r.value ->> 'Name',
              r.value ->> 'Account', r.value ->> 'Region', r.value ->> 'Event',
              CAST(r.value ->> 'At' AS bigint), r.value ->> 'Creator', r.value ->> 'CreatorName', r.value ->> 'OwnTags',
                CAST(r.value ->> 'Updates' AS bigint), r.value ->> 'State',
              r.value ->> 'Reason', r.value ->> 'Parent', CASE WHEN r.value ->> 'State' = 'pending' THEN @due END
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
            ON CONFLICT (id) DO NOTHING
            RETURNING id
            """,
            new
            {
                rows = JsonSerializer.Serialize(creations.DistinctBy(creation => creation.Id).Select(creation => new
                {
                    creation.Id,
                    creation.NoticeId,
                    creation.Arn,
                    creation.Type,
                    creation.Name,
                    creation.Account,
                    creation.Region,
                    creation.Event,
                    At = creation.At.ToUnixTimeMilliseconds(),
                    Creator = creation.Creator.ToJson(),
                    CreatorName = creation.Creator.Name,
                    OwnTags = Json(creation.OwnTags),
                    Updates = creation.Updates ? 1 : 0,
                    State = Word(creation.State),
                    creation.Reason,
                    creation.Parent,
                })),
                due = due.ToUnixTimeMilliseconds(),
            },
            cancellationToken))).ToHashSet(StringComparer.Ordinal);

    /// <summary>New resources that are to be tagged.</summary>
    public static readonly WorkTable<Creation> Work = new WorkTable<Creation, Row>(row => row.ToCreation())
    {
        Kind = "auto-tag",
        Table = "tagging_creation",
        Key = ["id"],
        Id = creation => creation.Id,
        Columns = Columns,
        Waiting = "w.state = 'pending' AND w.due_at IS NOT NULL",
        Error = "reason",
        CreatedAt = creation => creation.At,
        Dead = "state = 'failed'",
        OnRevive = "state = 'pending', settled_at = NULL",
        // It stays as failed, for /chatops autotag.
        OnDiscard = "state = 'failed'",
        Lease = TimeSpan.FromMinutes(4),
        BatchSize = 50,
        // About an hour: longer than any resource takes to be ready.
        Retry = new RetrySchedule(TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5), MaxAttempts: 18),
        SweepEvery = TimeSpan.FromHours(6),
    };

    /// <summary>Creations by id.</summary>
    public async Task<IReadOnlyDictionary<string, Creation>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? new Dictionary<string, Creation>() : (await ReadAsync(
            $"id IN (SELECT r.value ->> 'id' FROM {JsonRows.From(database.Kind, "@ids")} AS r)", new { ids = JsonRows.Ids(ids) },
            cancellationToken))
            .ToDictionary(creation => creation.Id, StringComparer.Ordinal);

    /// <summary>The whole ARN of a resource is known.</summary>
    public static Task ResolveAsync(UnitOfWork uow, string id, string arn, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow, "UPDATE tagging_creation SET arn = @arn WHERE id = @id", new { id, arn }, cancellationToken));

    /// <summary>A look at what came with a resource was taken: what was found takes its place.</summary>
    public static Task RemoveAsync(UnitOfWork uow, string id, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow, "DELETE FROM tagging_creation WHERE id = @id AND arn IS NULL AND parent IS NOT NULL", new { id }, cancellationToken));

    /// <summary>What became of one that was taken.</summary>
    public static Task CompleteAsync(
        UnitOfWork uow, Creation creation, DateTimeOffset now, CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow,
        "UPDATE tagging_creation SET state = @state, reason = @reason, tags = @tags, due_at = NULL, settled_at = @settled WHERE id = @Id " +
        "AND state = 'pending'",
        new
        {
            creation.Id,
            state = Word(creation.State),
            reason = creation.Reason is { } reason ? StorableText.Clean(reason, 1000) : null,
            tags = Json(creation.Tags),
            settled = now.ToUnixTimeMilliseconds(),
        },
        cancellationToken));

    /// <summary>
    /// Notes what is still missing on the latest creation of each ARN. The notices that changed, and whether they still wait for somebody.
    /// </summary>
    public static async Task<IReadOnlyList<(string Id, bool Open)>> JudgedAsync(
        UnitOfWork uow, IReadOnlyDictionary<string, List<string>> missing, string? by, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var changed = (await uow.Connection.QueryAsync<string>(Command(
            uow,
            $"""
            UPDATE tagging_creation SET missing = r.value ->> 'Missing'
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r
            WHERE tagging_creation.arn = r.value ->> 'Arn' AND tagging_creation.missing IS NOT NULL
              AND tagging_creation.missing <> r.value ->> 'Missing'
            RETURNING notice_id
            """,
            new
            {
                rows = JsonSerializer.Serialize(missing.Select(pair => new
                {
                    Arn = pair.Key,
                    Missing = JsonSerializer.Serialize<IReadOnlyList<string>>(pair.Value, TagJson.Default.IReadOnlyListString),
                }))
            },
            cancellationToken))).Distinct(StringComparer.Ordinal).ToList();
        if (changed.Count == 0) return [];
        var values = new { ids = JsonRows.Ids(changed), by, now = now.ToUnixTimeMilliseconds() };
        var these = $"(SELECT r.value ->> 'id' FROM {JsonRows.From(uow.Kind, "@ids")} AS r)";
        var open = (await uow.Connection.QueryAsync<string>(Command(
            uow, $"SELECT DISTINCT notice_id FROM tagging_creation WHERE notice_id IN {these} AND {Waiting}", values, cancellationToken)))
            .ToHashSet(StringComparer.Ordinal);
        await uow.Connection.ExecuteAsync(Command(
            uow,
            $"""
            UPDATE tagging_notice SET completed_at = @now, completed_by = @by
            WHERE id IN {these} AND completed_at IS NULL AND NOT EXISTS (SELECT 1 FROM tagging_creation c
              WHERE c.notice_id = tagging_notice.id AND {Waiting})
            """,
            values,
            cancellationToken));
        return [.. changed.Select(id => (id, open.Contains(id)))];
    }

    /// <summary>Notes what is missing on a creation that was just settled.</summary>
    public static Task MissesAsync(
        UnitOfWork uow, string id, IReadOnlyList<string> missing,
        CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow, "UPDATE tagging_creation SET missing = @missing WHERE id = @id",
        new { id, missing = JsonSerializer.Serialize(missing, TagJson.Default.IReadOnlyListString) }, cancellationToken));

    /// <summary>Keeps that somebody is asked; false when they were before.</summary>
    public static async Task<bool> AskAsync(
        UnitOfWork uow, TagNotice notice, CancellationToken cancellationToken) => await uow.Connection.ExecuteAsync(Command(
        uow,
        "INSERT INTO tagging_notice (id, creator_name, slack_user, at, certain) VALUES (@Id, @CreatorName, @SlackUser, @at, @certain) ON " +
        "CONFLICT (id) DO NOTHING",
        new { notice.Id, notice.CreatorName, notice.SlackUser, at = notice.At.ToUnixTimeMilliseconds(), certain = notice.Certain ? 1 : 0 },
        cancellationToken)) == 1;

    /// <summary>The notice, or null.</summary>
    public async Task<TagNotice?> NoticeAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<NoticeRow>(new CommandDefinition(
            "SELECT id AS Id, creator_name AS CreatorName, slack_user AS SlackUser, at AS At, completed_by AS CompletedBy, completed_at " +
            "AS CompletedAt, certain AS Certain FROM tagging_notice WHERE id = @id",
            new { id },
            cancellationToken: cancellationToken));
        return row is null ? null : new TagNotice(
            row.Id, row.CreatorName, row.SlackUser, Time(row.At)!.Value, row.CompletedBy, Time(row.CompletedAt), row.Certain == 1);
    }

    /// <summary>What one call created, by name; of what came with it, what still misses tags.</summary>
    public async Task<IReadOnlyList<Creation>> OfNoticeAsync(string id, CancellationToken cancellationToken) =>
        await ReadAsync(
            $"notice_id = @id AND arn IS NOT NULL AND (parent IS NULL OR ({Waiting})) ORDER BY name, arn LIMIT 1000", new { id },
            cancellationToken);

    /// <summary>The last that failed.</summary>
    public async Task<IReadOnlyList<Creation>> FailedAsync(DateTimeOffset since, int most, CancellationToken cancellationToken) =>
        await ReadAsync(
            "state = 'failed' AND at >= @since ORDER BY at DESC LIMIT @most", new { since = since.ToUnixTimeMilliseconds(), most },
            cancellationToken);

    /// <summary>What failed since is tried again; how many.</summary>
    public static Task<int> RetryAsync(
        UnitOfWork uow, DateTimeOffset since, DateTimeOffset now,
        CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow,
        "UPDATE tagging_creation SET state = 'pending', attempts = 0, due_at = @now, settled_at = NULL WHERE state = 'failed' AND at >= " +
        "@since",
        new { since = since.ToUnixTimeMilliseconds(), now = now.ToUnixTimeMilliseconds() },
        cancellationToken));

    /// <summary>How many of a time stand in which state, told apart by what is worth telling apart.</summary>
    public async Task<IReadOnlyList<CreationCount>> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string State, string? Detail, long Count, long Waiting)>(new CommandDefinition(
            $"""
            SELECT state, CASE WHEN state = 'skipped' THEN reason WHEN state = 'not_taggable' THEN type
              WHEN state = 'failed' THEN reason END AS detail, COUNT(*),
              SUM(CASE WHEN {Waiting} THEN 1 ELSE 0 END)
            FROM tagging_creation WHERE at >= @from AND at < @to GROUP BY 1, 2 ORDER BY 3 DESC
            """,
            new { from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds() },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => new CreationCount(StateOf(row.State), row.Detail, row.Count, row.Waiting))];
    }

    /// <summary>Forgets what is old.</summary>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(
        async uow =>
        {
            var values = new { before = before.ToUnixTimeMilliseconds() };
            await uow.Connection.ExecuteAsync(
                Command(uow, "DELETE FROM tagging_creation WHERE at < @before AND state <> 'pending'", values, cancellationToken));
            return await uow.Connection.ExecuteAsync(
                Command(uow, "DELETE FROM tagging_notice WHERE at < @before", values, cancellationToken));
        },
        cancellationToken);

    private async Task<IReadOnlyList<Creation>> ReadAsync(string where, object values, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM tagging_creation WHERE {where}", values,
            cancellationToken: cancellationToken))).Select(row => row.ToCreation())];
    }

    private static string Word(CreationState state) =>
        state == CreationState.NotTaggable ? "not_taggable" : state.ToString().ToLowerInvariant();

    private static CreationState StateOf(string word) =>
        Enum.Parse<CreationState>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static string Json(IReadOnlyDictionary<string, string> tags) =>
        JsonSerializer.Serialize(tags.ToDictionary(), TagJson.Default.DictionaryStringString);

    private static DateTimeOffset? Time(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static CommandDefinition Command(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        new(sql, values, uow.Transaction, cancellationToken: cancellationToken);

    private sealed record NoticeRow
    {
        public string Id { get; init; } = "";
        public string CreatorName { get; init; } = "";
        public string? SlackUser { get; init; }
        public long At { get; init; }
        public string? CompletedBy { get; init; }
        public long? CompletedAt { get; init; }
        public long Certain { get; init; }
    }

    internal sealed class Row
    {
        public string Id { get; init; } = "";
        public string NoticeId { get; init; } = "";
        public string? Arn { get; init; }
        public string Type { get; init; } = "";
        public string Name { get; init; } = "";
        public string Account { get; init; } = "";
        public string Region { get; init; } = "";
        public string Event { get; init; } = "";
        public long At { get; init; }
        public string Creator { get; init; } = "";
        public string OwnTags { get; init; } = "";
        public long Updates { get; init; }
        public string State { get; init; } = "";
        public string? Reason { get; init; }
        public string? Tags { get; init; }
        public string? Missing { get; init; }
        public long Attempts { get; init; }
        public string? Parent { get; init; }

        public Creation ToCreation() => new()
        {
            Id = Id,
            NoticeId = NoticeId,
            Arn = Arn,
            Type = Type,
            Name = Name,
            Account = Account,
            Region = Region,
            Event = Event,
            At = DateTimeOffset.FromUnixTimeMilliseconds(At),
            Creator = Tagging.Creator.FromJson(Creator),
            OwnTags = JsonSerializer.Deserialize(OwnTags, TagJson.Default.DictionaryStringString)!,
            Updates = Updates == 1,
            State = StateOf(State),
            Reason = Reason,
            Tags = Tags is null
                ? new Dictionary<string, string>()
                : JsonSerializer.Deserialize(Tags, TagJson.Default.DictionaryStringString)!,
            Missing = Missing is null ? [] : JsonSerializer.Deserialize(Missing, TagJson.Default.IReadOnlyListString)!,
            Attempts = Attempts,
            Parent = Parent,
        };
    }
}

/// <summary>How many creations stand in a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Detail">Why, for what was skipped or failed; the type, for what cannot be tagged.</param>
/// <param name="Count">How many.</param>
/// <param name="Waiting">How many of them still miss tags.</param>
internal sealed record CreationCount(CreationState State, string? Detail, long Count, long Waiting);
