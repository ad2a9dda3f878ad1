using System.Data.Common;
using System.Text.Json;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using Dapper;

namespace ChatOps.Tagging;

/// <summary>The SQL of runs. Every change of state says the state it leaves, and tells whether it happened.</summary>
internal sealed class TagRunStore(IDatabase database)
{
    private const string Columns =
        """
        id AS Id, state AS State, source AS Source, change AS Change, plan AS Plan, requested_by AS RequestedBy,
          requested_at AS RequestedAt,
        confirmed_at AS ConfirmedAt, ended_at AS EndedAt, undo_of AS UndoOf, undone_by AS UndoneBy, view_id AS ViewId,
          respond_url AS RespondUrl, language AS Language,
        (SELECT COUNT(*) FROM tagging_run_item i WHERE i.run_id = tagging_run.id AND i.state = 'done') AS Done,
        (SELECT COUNT(*) FROM tagging_run_item i WHERE i.run_id = tagging_run.id AND i.state = 'failed') AS Failed,
        (SELECT COUNT(*) FROM tagging_run_item i WHERE i.run_id = tagging_run.id AND i.state = 'pending') AS Pending
        """;

    private const string ItemColumns =
        "run_id AS RunId, arn AS Arn, name AS Name, account AS Account, region AS Region, change AS Change, expected AS Expected, before " +
            "AS Before, state AS State, code AS Code, message AS Message, attempts AS Attempts";

    /// <summary>The run, or null.</summary>
    public async Task<TagRun?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, null, id, cancellationToken);
    }

    /// <summary>The run as it is in a transaction.</summary>
    public static async Task<TagRun?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string id, CancellationToken cancellationToken) =>
        (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM tagging_run WHERE id = @id", new { id }, transaction, cancellationToken: cancellationToken)))?.ToRun();

    /// <summary>Keeps a new run.</summary>
    public static Task AddAsync(
        UnitOfWork uow, TagRun run, DateTimeOffset due, CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow,
        """
        INSERT INTO tagging_run (id, state, source, change, requested_by, requested_at, undo_of, view_id, respond_url, language, due_at)
        VALUES (@Id, 'gathering', @source, @change, @RequestedBy, @at, @UndoOf, @ViewId, @RespondUrl, @Language, @due)
        """,
        new
        {
            run.Id,
            source = run.Source.ToJson(),
            change = run.Change.ToJson(),
            run.RequestedBy,
            at = Ms(run.RequestedAt),
            run.UndoOf,
            run.ViewId,
            run.RespondUrl,
            run.Language,
            due = Ms(due),
        },
        cancellationToken));

    /// <summary>Runs whose assets are to be read.</summary>
    public static readonly WorkTable<TagRunDraft> Drafts = new WorkTable<TagRunDraft, TagRunDraft>(row => row)
    {
        Kind = "tag-draft",
        Table = "tagging_run",
        Key = ["id"],
        Id = draft => draft.Id,
        Columns = "id AS Id",
        Waiting = "w.state = 'gathering' AND w.due_at IS NOT NULL",
        Lease = TimeSpan.FromMinutes(5),
        Retry = new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), MaxAttempts: 24),
        SweepEvery = TimeSpan.FromHours(6),
    };

    /// <summary>Assets whose tags are to be changed: of one run together, so that calls carry many.</summary>
    public static readonly WorkTable<TagRunItem> Items = new WorkTable<TagRunItem, ItemRow>(row => row.ToItem())
    {
        Kind = "tag-change",
        Table = "tagging_run_item",
        Key = ["run_id", "arn"],
        Id = item => $"{item.RunId} {item.Arn}",
        Columns = ItemColumns,
        Waiting = "w.state = 'pending' AND w.due_at IS NOT NULL",
        Order = "w.run_id, w.account, w.region, w.change, w.arn",
        Error = "message",
        // Longer than the calls of one batch with all their retries.
        Lease = TimeSpan.FromMinutes(4),
        // Five calls' worth.
        BatchSize = 100,
        // About an hour and a half.
        Retry = new RetrySchedule(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), MaxAttempts: 24),
    };

    /// <summary>Its assets cannot be read.</summary>
    public static Task StopGatheringAsync(UnitOfWork uow, string id, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow, "UPDATE tagging_run SET due_at = NULL WHERE id = @id AND state = 'gathering'", new { id }, cancellationToken));

    /// <summary>Adds assets to a run; those it has already stay as they are.</summary>
    public static Task AddItemsAsync(
        UnitOfWork uow, IReadOnlyList<TagRunItem> items, CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow,
        $"""
        INSERT INTO tagging_run_item (run_id, arn, name, account, region, change, expected, state)
        SELECT r.value ->> 'RunId', r.value ->> 'Arn', r.value ->> 'Name', r.value ->> 'Account', r.value ->> 'Region',
          r.value ->> 'Change', r.value ->> 'Expected', 'pending'
        FROM {JsonRows.From(uow.Kind, "@rows")} AS r WHERE true
        ON CONFLICT (run_id, arn) DO NOTHING
        """,
        new
        {
            rows = JsonSerializer.Serialize(items.Select(item => new
            {
                item.RunId,
                item.Arn,
                item.Name,
                item.Account,
                item.Region,
                Change = item.Change.ToJson(),
                Expected = item.Expected?.ToJson(),
            })),
        },
        cancellationToken));

    /// <summary>Its assets are read.</summary>
    public static Task<bool> PlannedAsync(UnitOfWork uow, string id, TagPlan plan, CancellationToken cancellationToken) => ChangesOneAsync(
        uow,
        "UPDATE tagging_run SET state = 'planned', plan = @plan, due_at = NULL WHERE id = @id AND state = 'gathering'",
        new { id, plan = JsonSerializer.Serialize(plan, TagJson.Default.TagPlan) },
        cancellationToken);

    /// <summary>Somebody confirms it: a second click changes nothing.</summary>
    public static async Task<bool> ConfirmAsync(
        UnitOfWork uow, string id, DateTimeOffset now, DateTimeOffset due, CancellationToken cancellationToken)
    {
        if (!await ChangesOneAsync(
            uow, "UPDATE tagging_run SET state = 'running', confirmed_at = @now WHERE id = @id AND state = 'planned'",
            new { id, now = Ms(now) }, cancellationToken))
            return false;
        await uow.Connection.ExecuteAsync(Command(
            uow, "UPDATE tagging_run_item SET due_at = @due WHERE run_id = @id AND state = 'pending'", new { id, due = Ms(due) },
            cancellationToken));
        return true;
    }

    /// <summary>Nobody wants it any more.</summary>
    public static Task<bool> CancelAsync(UnitOfWork uow, string id, CancellationToken cancellationToken) => ChangesOneAsync(
        uow, "UPDATE tagging_run SET state = 'cancelled' WHERE id = @id AND state = 'planned'", new { id }, cancellationToken);

    /// <summary>What failed is tried again; how many.</summary>
    public static async Task<int> RetryAsync(UnitOfWork uow, string id, DateTimeOffset due, CancellationToken cancellationToken)
    {
        // Without anything to try nobody would end it again; and what was undone stays so.
        if (!await ChangesOneAsync(
            uow,
            """
            UPDATE tagging_run SET state = 'running', ended_at = NULL WHERE id = @id AND state = 'done' AND undone_by IS NULL
              AND EXISTS (SELECT 1 FROM tagging_run_item i WHERE i.run_id = tagging_run.id AND i.state = 'failed')
            """,
            new { id },
            cancellationToken))
            return 0;
        return await uow.Connection.ExecuteAsync(Command(
            uow, "UPDATE tagging_run_item SET state = 'pending', attempts = 0, due_at = @due WHERE run_id = @id AND state = 'failed'",
            new { id, due = Ms(due) }, cancellationToken));
    }

    /// <summary>Marks that a run is undone by another; false when it was before.</summary>
    public static Task<bool> UndoneAsync(UnitOfWork uow, string id, string by, CancellationToken cancellationToken) => ChangesOneAsync(
        uow, "UPDATE tagging_run SET undone_by = @by WHERE id = @id AND state = 'done' AND undone_by IS NULL", new { id, by },
        cancellationToken);

    /// <summary>The modal or answer that follows a run from now on.</summary>
    public static Task FollowAsync(
        UnitOfWork uow, string id, string? viewId, string? respondUrl, string language,
        CancellationToken cancellationToken) => uow.Connection.ExecuteAsync(Command(
        uow, "UPDATE tagging_run SET view_id = @viewId, respond_url = @respondUrl, language = @language WHERE id = @id",
        new { id, viewId, respondUrl, language }, cancellationToken));

    /// <summary>Keeps what the keys held before AWS is told: after a crash in between nobody could ask for it any more.</summary>
    public static Task KeepBeforeAsync(UnitOfWork uow, IReadOnlyList<TagRunItem> items, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow,
            $"""
            UPDATE tagging_run_item SET before = COALESCE(before, r.value ->> 'Before')
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r
            WHERE tagging_run_item.run_id = r.value ->> 'RunId' AND tagging_run_item.arn = r.value ->> 'Arn'
            """,
            new { rows = JsonSerializer.Serialize(items.Select(item => new { item.RunId, item.Arn, Before = item.Before?.ToJson() })) },
            cancellationToken));

    /// <summary>What became of assets that were taken.</summary>
    public static Task CompleteAsync(UnitOfWork uow, IReadOnlyList<TagRunItem> items, CancellationToken cancellationToken) =>
        uow.Connection.ExecuteAsync(Command(
            uow,
            $"""
            UPDATE tagging_run_item SET state = r.value ->> 'State', code = r.value ->> 'Code', message = r.value ->> 'Message',
              before = COALESCE(r.value ->> 'Before', before), change = r.value ->> 'Change', due_at = NULL
            FROM {JsonRows.From(uow.Kind, "@rows")} AS r
            WHERE tagging_run_item.run_id = r.value ->> 'RunId' AND tagging_run_item.arn = r.value ->> 'Arn'
            """,
            new
            {
                rows = JsonSerializer.Serialize(items.Select(item => new
                {
                    item.RunId,
                    item.Arn,
                    item.State,
                    Code = Cut(item.Code, 100),
                    Message = Cut(item.Message, 1000),
                    Before = item.Before?.ToJson(),
                    Change = item.Change.ToJson(),
                })),
            },
            cancellationToken));

    /// <summary>Ends a run when nothing of it is left to do; whether that happened now.</summary>
    public static Task<bool> EndAsync(
        UnitOfWork uow, string id, DateTimeOffset now, CancellationToken cancellationToken) => ChangesOneAsync(
        uow,
        """
        UPDATE tagging_run SET state = 'done', ended_at = @now
        WHERE id = @id AND state = 'running' AND NOT EXISTS (SELECT 1 FROM tagging_run_item i WHERE i.run_id = tagging_run.id
          AND i.state = 'pending')
        """,
        new { id, now = Ms(now) },
        cancellationToken);

    /// <summary>Assets of a run in a state, some of them.</summary>
    public async Task<IReadOnlyList<TagRunItem>> ItemsAsync(
        string id, string state, string after, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<ItemRow>(new CommandDefinition(
            $"SELECT {ItemColumns} FROM tagging_run_item WHERE run_id = @id AND state = @state AND arn > @after ORDER BY arn LIMIT @most",
            new { id, state, after, most },
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToItem())];
    }

    /// <summary>Forgets plans that nobody confirmed, and runs that nobody will undo any more.</summary>
    public Task<int> ForgetAsync(
        DateTimeOffset plansBefore, DateTimeOffset runsBefore, CancellationToken cancellationToken) => database.WriteAsync(
        uow => uow.Connection.ExecuteAsync(Command(
            uow,
            """
            DELETE FROM tagging_run WHERE (state IN ('gathering', 'planned', 'cancelled') AND requested_at < @plans) OR (state = 'done'
              AND ended_at < @runs)
            """,
            new { plans = Ms(plansBefore), runs = Ms(runsBefore) },
            cancellationToken)),
        cancellationToken);

    private static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most];

    private static async Task<bool> ChangesOneAsync(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        await uow.Connection.ExecuteAsync(Command(uow, sql, values, cancellationToken)) == 1;

    private static CommandDefinition Command(UnitOfWork uow, string sql, object values, CancellationToken cancellationToken) =>
        new(sql, values, uow.Transaction, cancellationToken: cancellationToken);

    private static long? Ms(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    private static DateTimeOffset? Time(long? at) => at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string State { get; init; } = "";
        public string Source { get; init; } = "";
        public string Change { get; init; } = "";
        public string? Plan { get; init; }
        public string RequestedBy { get; init; } = "";
        public long RequestedAt { get; init; }
        public long? ConfirmedAt { get; init; }
        public long? EndedAt { get; init; }
        public string? UndoOf { get; init; }
        public string? UndoneBy { get; init; }
        public string? ViewId { get; init; }
        public string? RespondUrl { get; init; }
        public string? Language { get; init; }
        public long Done { get; init; }
        public long Failed { get; init; }
        public long Pending { get; init; }

        public TagRun ToRun() => new()
        {
            Id = Id,
            State = Enum.Parse<TagRunState>(State, ignoreCase: true),
            Source = TagSource.FromJson(Source),
            Change = TagChange.FromJson(Change),
            Plan = Plan is null ? null : JsonSerializer.Deserialize(Plan, TagJson.Default.TagPlan),
            RequestedBy = RequestedBy,
            RequestedAt = Time(RequestedAt)!.Value,
            ConfirmedAt = Time(ConfirmedAt),
            EndedAt = Time(EndedAt),
            UndoOf = UndoOf,
            UndoneBy = UndoneBy,
            ViewId = ViewId,
            RespondUrl = RespondUrl,
            Language = Language,
            Counts = new TagRunCounts(Done, Failed, Pending),
        };
    }

    internal sealed class ItemRow
    {
        public string RunId { get; init; } = "";
        public string Arn { get; init; } = "";
        public string Name { get; init; } = "";
        public string Account { get; init; } = "";
        public string Region { get; init; } = "";
        public string Change { get; init; } = "";
        public string? Expected { get; init; }
        public string? Before { get; init; }
        public string State { get; init; } = "";
        public string? Code { get; init; }
        public string? Message { get; init; }
        public long Attempts { get; init; }

        public TagRunItem ToItem() => new()
        {
            RunId = RunId,
            Arn = Arn,
            Name = Name,
            Account = Account,
            Region = Region,
            Change = TagChange.FromJson(Change),
            Expected = Expected is null ? null : TagChange.FromJson(Expected),
            Before = Before is null ? null : TagChange.FromJson(Before),
            State = State,
            Code = Code,
            Message = Message,
            Attempts = Attempts,
        };
    }
}

/// <summary>A run whose assets are to be read.</summary>
internal sealed record TagRunDraft
{
    public string Id { get; init; } = "";
}
