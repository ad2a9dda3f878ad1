using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ChatOps.Platform.Tests.Work;

public sealed class DeadLettersTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_dead_letter_is_told_once_where_operators_look_with_its_raw_text(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(world.Letter("1", "FormatException: 'annotations' is not text"));

        var request = Assert.Single(world.Outbox.Requests);
        Assert.Equal(("#general", Severity.High, true), (request.Channel, request.Rank, request.Open));
        var message = (await world.Subject.RenderAsync(request.Subject.Key, World.In("en"), default))!;
        Assert.Equal("⚠️ An event could not be read: FormatException: 'annotations' is not text", message.Text);
        var json = Json(message);
        Assert.Contains("raw text of 1", json, StringComparison.Ordinal);
        Assert.Contains("tried 8 times since", json, StringComparison.Ordinal);
        Assert.Equal(["inbox.retry", "inbox.discard", "inbox.open", "inbox.download"], Buttons(message).Select(button => button.ActionId));
        Assert.All(Buttons(message), button => Assert.Equal(request.Subject.Key, button.Value));
        Assert.NotNull(Buttons(message)[1].Confirm);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Thousands_of_the_same_error_are_one_message_that_counts(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        for (var batch = 0; batch < 4; batch++)
            await world.AddAsync([.. Enumerable.Range(batch * 500, 500).Select(
                i => world.Letter($"{i}", $"FormatException: alert a{i} at line {i} says '{i}'"))]);

        var subject = Assert.Single(world.Outbox.Requests.Select(request => request.Subject).Distinct());
        var message = (await world.Subject.RenderAsync(subject.Key, World.In("en"), default))!;
        Assert.StartsWith("⚠️ 2,000 events could not be read", message.Text, StringComparison.Ordinal);
        Assert.Equal("Retry all 2,000", Buttons(message)[0].Text.Text);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_source_with_a_new_error_for_every_event_has_a_bounded_number_of_messages(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync([.. Enumerable.Range(0, 300).Select(
            i => world.Letter($"{i}", $"FormatException: {new string((char)('a' + (i % 26)), 1 + (i / 26))}"))]);
        await world.AddAsync([.. Enumerable.Range(300, 300).Select(
            i => world.Letter($"{i}", $"JsonException: {new string((char)('a' + (i % 26)), 1 + (i / 26))}"))]);

        Assert.Equal(DeadLetterBox.MaxOpenNotices + 1, world.Outbox.Requests.Select(request => request.Subject).Distinct().Count());
        Assert.Equal(600, (await world.Service.PageAsync(0, 5, default)).Count);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_letter_listed_twice_is_listed_once_and_opens_no_second_message(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(world.Letter("1", "FormatException: bad"));
        await world.AddAsync(world.Letter("1", "JsonException: worse"));

        Assert.Single(world.Outbox.Requests);
        var letter = Assert.Single((await world.Service.PageAsync(0, 5, default)).Letters);
        Assert.Equal("JsonException: worse", letter.Error);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_administrator_retries_a_message_and_it_says_so_in_place(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(world.Letter("1", "FormatException: bad"), world.Letter("2", "FormatException: bad"));
        var subject = world.Outbox.Requests[0].Subject;

        await world.PressAsync("inbox.retry", subject.Key, World.Admin);

        Assert.Equal(["1", "2"], world.Source.Retried);
        Assert.Contains(new ChangedSubject(subject, Severity.High, Open: false), world.Outbox.Changed);
        var message = (await world.Subject.RenderAsync(subject.Key, World.In("en"), default))!;
        Assert.StartsWith($"✅ Retried by <@{World.Admin}>", message.Text, StringComparison.Ordinal);
        Assert.Empty(Buttons(message));
        Assert.Equal([("inbox.retry", "done")], world.Audit.Entries);
        Assert.Equal(0, (await world.Service.PageAsync(0, 5, default)).Count);

        // What fails again is a new message: nobody reads the old one twice.
        await world.AddAsync(world.Letter("1", "FormatException: bad"));
        Assert.NotEqual(subject, world.Outbox.Requests[^1].Subject);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Letters_of_a_message_can_be_decided_one_by_one(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(
            world.Letter("1", "FormatException: bad"), world.Letter("2", "FormatException: bad"),
            world.Letter("3", "FormatException: bad"));
        var subject = world.Outbox.Requests[0].Subject;
        var page = await world.Service.PageAsync(0, 5, default);

        await world.PressAsync("inbox.discard", $"{page.Letters.Single(letter => letter.Key == "1").Id}", World.Admin);
        await world.PressAsync("inbox.retry", $"{page.Letters.Single(letter => letter.Key == "3").Id}", World.Admin);

        Assert.Equal(["1"], world.Source.Discarded);
        Assert.Equal(["3"], world.Source.Retried);
        var message = (await world.Subject.RenderAsync(subject.Key, World.In("en"), default))!;
        Assert.StartsWith(
            "⚠️ An event could not be read: FormatException: bad\n1 retried · 1 discarded · last by", message.Text,
            StringComparison.Ordinal);
        Assert.Contains("raw text of 2", Json(message), StringComparison.Ordinal);

        await world.PressAsync("inbox.discard", subject.Key, World.Admin);
        Assert.StartsWith(
            "✅ 1 retried · 2 discarded", (await world.Subject.RenderAsync(subject.Key, World.In("en"), default))!.Text,
            StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Only_an_administrator_sees_or_decides(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(world.Letter("1", "FormatException: bad"));
        var subject = world.Outbox.Requests[0].Subject;

        foreach (var action in (string[])["inbox.retry", "inbox.discard", "inbox.open", "inbox.download"])
            await Assert.ThrowsAsync<AccessDeniedException>(() => world.PressAsync(action, subject.Key, "U0ALEX"));
        foreach (var text in (string[])["", "2", "retry all", "retry 1", "discard 1"])
            await Assert.ThrowsAsync<AccessDeniedException>(() => world.TypeAsync(text, "U0ALEX"));

        Assert.Empty(world.Source.Retried.Concat(world.Source.Discarded));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_second_decision_finds_the_first(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(world.Letter("1", "FormatException: bad"));
        var subject = world.Outbox.Requests[0].Subject;
        await world.PressAsync("inbox.discard", subject.Key, World.Admin);

        Assert.Equal(
            "inbox.gone",
            (await Assert.ThrowsAsync<UserFacingException>(() => world.PressAsync("inbox.retry", subject.Key, World.Admin))).Key);
        Assert.Empty(world.Source.Retried);
        Assert.Single(world.Audit.Entries);
    }

    [Theory]
    [InlineData("en", "7 dead letters", "1–5 of 7", "tried 8 times since")]
    [InlineData("ko", "처리 실패 이벤트 7건", "전체 7건 중 1–5", "8회 시도")]
    public async Task The_list_comes_in_pages_in_both_languages(string language, string title, string range, string tries)
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite, language);
        await world.AddAsync([.. Enumerable.Range(1, 7).Select(i => world.Letter($"{i}", "FormatException: bad"))]);

        var first = await world.TypeAsync("", World.Admin);
        Assert.Equal(title, first.Text);
        Assert.All((string[])[range, tries, "known"], text => Assert.Contains(text, Json(first), StringComparison.Ordinal));
        Assert.Equal(5, Buttons(first).Count(button => button.ActionId == "inbox.retry"));
        var next = Buttons(first).Single(button => button.ActionId == "inbox.next-page");
        Assert.DoesNotContain(Buttons(first), button => button.ActionId == "inbox.previous-page");

        await world.PressAsync("inbox.next-page", next.Value!, World.Admin, ephemeral: true);
        var second = world.Slack.Responses[^1];
        Assert.True(second.ReplaceOriginal);
        Assert.Equal(2, Buttons(second.Message!).Count(button => button.ActionId == "inbox.retry"));
        Assert.Equal(Json(second.Message!), Json(await world.TypeAsync("2", World.Admin)));
        Assert.Equal(BlockKitLimits.Fit(first).Blocks.Count, first.Blocks.Count);

        // What is decided in the list leaves it, and the page stays.
        await world.PressAsync(
            "inbox.retry", Buttons(second.Message!).First(button => button.ActionId == "inbox.retry").Value!, World.Admin, ephemeral: true);
        Assert.Single(Buttons(world.Slack.Responses[^1].Message!), button => button.ActionId == "inbox.retry");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task All_are_retried_by_the_command_and_none_is_discarded_by_mistake(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync([.. Enumerable.Range(0, 2_500).Select(i => world.Letter($"{i}", "FormatException: bad"))]);

        Assert.Contains("/chatops inbox", (await world.TypeAsync("discard all", World.Admin)).Text, StringComparison.Ordinal);
        Assert.Contains("/chatops inbox", (await world.TypeAsync("retry everything", World.Admin)).Text, StringComparison.Ordinal);
        Assert.StartsWith(
            "2,500 dead letters are back in line", (await world.TypeAsync("retry all", World.Admin)).Text, StringComparison.Ordinal);

        Assert.Equal(2_500, world.Source.Retried.Count);
        Assert.Equal("There is no dead letter.", (await world.TypeAsync("", World.Admin)).Text);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Work_that_its_source_takes_back_leaves_the_list_and_the_message(DatabaseKind kind)
    {
        await using var world = await World.CreateAsync(kind);
        await world.AddAsync(world.Letter("1", "FormatException: bad"));

        await world.Database.WriteAsync(uow => world.Box.RemoveAsync(uow, "inbox", ["1", "9"], default), default);

        Assert.Equal(0, (await world.Service.PageAsync(0, 5, default)).Count);
        Assert.StartsWith(
            "⚪ No longer a dead letter",
            (await world.Subject.RenderAsync(world.Outbox.Requests[0].Subject.Key, World.In("en"), default))!.Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_show_the_raw_text_in_blocks_that_fit_and_defuse_it()
    {
        await using var world = await World.CreateAsync(DatabaseKind.Sqlite);
        world.Source.Raw = $"<!channel> ``` {new string('x', 2_390)}🔴{new string('&', 20_000)}";
        await world.AddAsync(world.Letter("1", "FormatException: <@U1> bad"));

        await world.PressAsync("inbox.open", world.Outbox.Requests[0].Subject.Key, World.Admin);

        var view = Assert.Single(world.Slack.Shown).View;
        Assert.All(view.Blocks.OfType<SectionBlock>(), block => Assert.True(((Mrkdwn)block.Text!).Text.Length <= 3_000));
        var json = System.Text.Json.JsonSerializer.Serialize(view, SlackJson.Context.ModalView);
        Assert.DoesNotContain("<!channel>", json, StringComparison.Ordinal);
        Assert.DoesNotContain("<@U1>", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\\uFFFD", json, StringComparison.OrdinalIgnoreCase);
    }

    private static List<Button> Buttons(Message message) =>
        [.. message.Blocks.OfType<ActionsBlock>().SelectMany(block => block.Elements).OfType<Button>()];

    private static string Json(Message message) => System.Text.Json.JsonSerializer.Serialize(message, SlackJson.Context.Message);

    /// <summary>Dead letters on a real database, with their source, delivery and Slack played.</summary>
    private sealed class World : IAsyncDisposable
    {
        public const string Admin = "U0ADMIN";

        private readonly TestDatabase _test;
        private readonly GivenLocales _locales;
        private readonly InboxVerb _verb;

        private World(TestDatabase test, string language)
        {
            (_test, _locales) = (test, new GivenLocales(language));
            Box = new DeadLetterBox(Outbox, new ShippedRoutes(), Options.Create(new DeliveryOptions()), Time);
            Service = new DeadLetterService([Source], Box, test.Database, new AdminOnly(), Audit, Time);
            Subject = new DeadLetterSubject(Service);
            _verb = new InboxVerb(Service);
        }

        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 29, 9, 0, 0, TimeSpan.Zero));

        public IDatabase Database => _test.Database;

        public RecordingOutbox Outbox { get; } = new();

        public RecordingSlack Slack { get; } = new();

        public RecordingAudit Audit { get; } = new();

        public PlayedSource Source { get; } = new();

        public DeadLetterBox Box { get; }

        public DeadLetterService Service { get; }

        public DeadLetterSubject Subject { get; }

        public static async Task<World> CreateAsync(DatabaseKind kind, string language = "en") =>
            new(await Databases.CreateAsync(kind), language);

        public static Locale In(string language) => Locale.For(language, TimeZoneInfo.Utc);

        public DeadLetter Letter(string key, string error) =>
            new("inbox", key, "known", error, Time.GetUtcNow().AddMinutes(-5), Time.GetUtcNow(), 8);

        public Task AddAsync(params IReadOnlyList<DeadLetter> letters) =>
            Database.WriteAsync(uow => Box.AddAsync(uow, letters, default), default);

        public Task<Message> TypeAsync(string text, string user) =>
            _verb.AnswerAsync(
                new SlashCommand { Command = "/chatops", Text = $"inbox {text}", UserId = user, ResponseUrl = "http://slack/r" }, text,
                _locales.Default, default);

        public Task PressAsync(string action, string value, string user, bool ephemeral = false)
        {
            var request = new BlockActionRequest
            {
                UserId = user,
                ActionId = action,
                Action = new StateValue { Value = value },
                TriggerId = "t",
                ResponseUrl = "http://slack/r",
                Message = new MessageContainer("C1", "1.2", IsEphemeral: ephemeral),
            };
            return action switch
            {
                "inbox.retry" => new RetryDeadLetterButton(Service, _verb, _locales, Slack).Handle(request, default),
                "inbox.discard" => new DiscardDeadLetterButton(Service, _verb, _locales, Slack).Handle(request, default),
                "inbox.open" => new DeadLetterModal(Service, _verb, _locales, Slack).Handle(request, default),
                "inbox.download" => new DownloadDeadLetterButton(Service, _verb, _locales, Slack).Handle(request, default),
                _ => new InboxNextPageButton(_verb, _locales, Slack).Handle(request, default),
            };
        }

        public ValueTask DisposeAsync() => _test.DisposeAsync();
    }

    /// <summary>A source that has whatever it is asked for.</summary>
    private sealed class PlayedSource : IDeadLetters
    {
        public List<string> Retried { get; } = [];

        public List<string> Discarded { get; } = [];

        public string? Raw { get; set; }

        public string Source => "inbox";

        public Task<string?> ReadAsync(string key, CancellationToken cancellationToken) =>
            Task.FromResult<string?>(Raw ?? $"raw text of {key}");

        public Task<int> RetryAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        {
            uow.AfterCommit(() => Retried.AddRange(keys));
            return Task.FromResult(keys.Count);
        }

        public Task<int> DiscardAsync(UnitOfWork uow, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        {
            uow.AfterCommit(() => Discarded.AddRange(keys));
            return Task.FromResult(keys.Count);
        }
    }

    /// <summary>One administrator; everybody else may only look.</summary>
    private sealed class AdminOnly : IAccess
    {
        public Task<IReadOnlySet<Role>> RolesOfAsync(string userId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlySet<Role>>(
                userId == World.Admin ? new HashSet<Role> { Role.Viewer, Role.Admin } : new HashSet<Role> { Role.Viewer });

        public Task DemandAsync(UserAction act, CancellationToken cancellationToken)
        {
            Assert.Equal(Role.Admin, act.Role);
            return act.UserId == World.Admin ? Task.CompletedTask : Task.FromException(new AccessDeniedException(act, [World.Admin]));
        }
    }
}
