using System.Text.Json.Nodes;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;

namespace ChatOps.Tagging;

/// <summary>
/// What follows from a change of a run, in the transaction that makes it: its message, its entry in the audit, its worker.
/// </summary>
internal sealed class TagRunChanges(
    IOutbox outbox, IPolicy<Routes> routes, IAudit audit, WorkSignal<TagRunItem> items, TimeProvider time)
{
    /// <summary>Starts a planned run; false when it is started or dropped already.</summary>
    public async Task<bool> StartAsync(UnitOfWork uow, TagRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await TagRunStore.ConfirmAsync(uow, run.Id, now, now + TagRunProgress.AfterAnswer, cancellationToken)) return false;
        // One resource is between a person and the modal; many concern the team.
        if (run.Plan is { Changed: > 1 }) await ShowAsync(uow, run, cancellationToken);
        uow.AfterCommit(items.Wake);
        return true;
    }

    /// <summary>The run's message, where everybody sees it.</summary>
    public Task ShowAsync(UnitOfWork uow, TagRun run, CancellationToken cancellationToken) => outbox.RequestAsync(
        uow,
        [
            .. routes.Value.For(RouteKind.Tagging, new RouteFacts())
                .Select(to => new MessageRequest(run.Subject, to.Channel, to.Language, Severity.Informational, Open: true, Group: null)),
        ],
        cancellationToken);

    /// <summary>The run's message is brought up to date.</summary>
    public Task MarkChangedAsync(UnitOfWork uow, SubjectId run, Severity severity, bool open, CancellationToken cancellationToken) =>
        outbox.MarkChangedAsync(uow, [new ChangedSubject(run, severity, open)], cancellationToken);

    /// <summary>An entry in the audit about a run. The last thing in a transaction: appends stand in line.</summary>
    public Task AuditAsync(UnitOfWork uow, TagRun run, string userId, string verb, string outcome, CancellationToken cancellationToken) =>
        AuditAsync(uow, run, new UserAction(userId, verb, run.Subject, Role.Operator), outcome, cancellationToken);

    /// <summary>The same, for an act that is checked already.</summary>
    public Task AuditAsync(
        UnitOfWork uow, TagRun run, UserAction act, string outcome, CancellationToken cancellationToken) => audit.AppendAsync(
        uow,
        act,
        outcome,
        new JsonObject
        {
            ["source"] = $"{run.Source.Kind}:{run.Source.Value}",
            ["change"] = JsonNode.Parse(run.Change.ToJson()),
            ["assets"] = run.Plan?.Changed,
            ["done"] = run.Counts.Done,
            ["failed"] = run.Counts.Failed,
            ["undoOf"] = run.UndoOf,
        }.ToJsonString(),
        cancellationToken);
}
