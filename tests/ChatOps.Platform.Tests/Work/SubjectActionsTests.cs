using ChatOps.Platform.Access;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Platform.Tests.Work;

public sealed class SubjectActionsTests
{
    public static TheoryData<DatabaseKind> Kinds => Databases.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_action_changes_says_and_audits_and_what_else_belongs_to_it_comes_before_the_audit(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);

        await world.TakeAsync("U0JIYEON");

        Assert.Equal("U0JIYEON", world.Things.Present!.Owner);
        Assert.Equal(["changed", "reply taken", "also", "audit done"], world.Done);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Without_the_role_nothing_is_read_or_changed(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);

        await Assert.ThrowsAsync<AccessDeniedException>(() => world.TakeAsync("U0SORA"));

        Assert.Empty(world.Done);
        Assert.Null(world.Things.Present!.Owner);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_second_click_of_the_same_finger_changes_nothing_and_is_not_refused(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        await world.TakeAsync("U0JIYEON");
        world.Done.Clear();

        await world.TakeAsync("U0JIYEON");

        Assert.Equal(["refreshed"], world.Done);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_click_on_an_old_message_is_answered_with_the_present_state_and_draws_it_anew(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        await world.TakeAsync("U0JIYEON");
        world.Done.Clear();

        var stale = await Assert.ThrowsAsync<StaleSubjectException>(() => world.TakeAsync("U0ALEX"));

        Assert.Equal(("thing.stale", new SubjectId("thing", "t1")), (stale.Key, stale.Subject));
        Assert.Equal(("who", "U0JIYEON"), Assert.Single(stale.Values));
        Assert.Equal(["refreshed"], world.Done);
        Assert.Equal("U0JIYEON", world.Things.Present!.Owner);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_subject_that_is_gone_is_said_to_be_gone(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        world.Things.Present = null;

        Assert.Equal("thing.gone", (await Assert.ThrowsAsync<UserFacingException>(() => world.TakeAsync("U0JIYEON"))).Key);

        Assert.Empty(world.Done);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task When_what_belongs_to_it_fails_there_is_no_audit_and_the_transaction_is_rolled_back(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        world.Fault = new InvalidOperationException("no");

        Assert.Same(world.Fault, await Record.ExceptionAsync(() => world.TakeAsync("U0JIYEON")));

        Assert.DoesNotContain("audit done", world.Done);
    }

    private sealed record Thing(string? Owner);

    private sealed class World : IAsyncDisposable, IAudit
    {
        private readonly TestDatabase _test;
        private readonly SubjectActions _actions;

        private World(TestDatabase test)
        {
            _test = test;
            _actions = new SubjectActions(test.Database, new TwoOperators(), this);
            Things = new ThingChanges(Done);
        }

        public List<string> Done { get; } = [];

        public ThingChanges Things { get; }

        public Exception? Fault { get; set; }

        public static async Task<World> StartAsync(DatabaseKind kind) => new(await Databases.CreateAsync(kind));

        public Task TakeAsync(string userId) => _actions.RunAsync(
            Things,
            new SubjectAction<Thing>(new UserAction(userId, "thing.take", new SubjectId("thing", "t1"), Role.Operator))
            {
                Decide = thing => thing.Owner is null ? new Thing(userId) : null,
                IsDone = thing => thing.Owner == userId,
                Reply = _ => new SubjectReply("taken", "{}"),
                Details = change => $$"""{"after":"{{change.After.Owner}}"}""",
                Also = (_, _) =>
                {
                    Done.Add("also");
                    return Fault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
                },
            },
            default);

        public Task AppendAsync(UnitOfWork uow, UserAction action, string outcome, string details, CancellationToken cancellationToken)
        {
            Assert.Equal($$"""{"after":"{{action.UserId}}"}""", details);
            Done.Add($"audit {outcome}");
            return Task.CompletedTask;
        }

        public Task<long?> VerifyAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(null);

        public ValueTask DisposeAsync() => _test.DisposeAsync();
    }

    private sealed class ThingChanges(List<string> done) : ISubjectChanges<Thing>
    {
        public Thing? Present { get; set; } = new(Owner: null);

        public string GoneText => "thing.gone";

        public Task<Change<Thing>?> ChangeAsync(
            UnitOfWork uow, string key, Func<Thing, Thing?> decide, Func<Thing, SubjectReply?> reply, CancellationToken cancellationToken)
        {
            if (Present is not { } before || decide(before) is not { } after) return Task.FromResult<Change<Thing>?>(null);
            Present = after;
            done.AddRange(["changed", $"reply {reply(after)!.Reply}"]);
            return Task.FromResult<Change<Thing>?>(new Change<Thing>(before, after));
        }

        public Task RefreshAsync(UnitOfWork uow, Thing subject, CancellationToken cancellationToken)
        {
            done.Add("refreshed");
            return Task.CompletedTask;
        }

        public StaleSubjectException Stale(Thing subject) => new(new SubjectId("thing", "t1"), "thing.stale", ("who", subject.Owner));
    }
}
