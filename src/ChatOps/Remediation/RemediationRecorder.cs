using System.Text.Json.Nodes;
using ChatOps.Access;
using ChatOps.Delivery;
using ChatOps.Findings;
using ChatOps.Routing;
using ChatOps.Storage;

namespace ChatOps.Remediation;

/// <summary>Tells everybody what became of an attempt, in the transaction that changes it: the finding, its thread, the approval's message, the audit.</summary>
internal sealed class RemediationRecorder(IFindings findings, IOutbox outbox, IAudit audit, TimeProvider time)
{
    /// <summary>The delivery subject of an attempt.</summary>
    public static SubjectId SubjectOf(string id) => new(ApprovalMessage.SubjectKind, id);

    /// <summary>The finding's first line shows it.</summary>
    public Task MarkAsync(UnitOfWork uow, Attempt attempt, RemediationState state, string? detail, CancellationToken cancellationToken) =>
        findings.RecordRemediationAsync(uow, attempt.FindingId, new RemediationMark(state, attempt.Id, attempt.RequestedBy, time.GetUtcNow(), detail), cancellationToken);

    /// <summary>A line in the finding's thread.</summary>
    public Task TellAsync(UnitOfWork uow, string reply, ReplyData data, CancellationToken cancellationToken) =>
        findings.ReplyAsync(uow, data.FindingId, reply, data.ToJson(), cancellationToken);

    /// <summary>The approval's message is brought up to date, where there is one.</summary>
    public Task TouchAsync(UnitOfWork uow, Attempt attempt, bool open, CancellationToken cancellationToken) =>
        outbox.TouchAsync(uow, [new Touched(SubjectOf(attempt.Id), attempt.Plan.Severity, open)], cancellationToken);

    /// <summary>The approvers are asked, in every channel that the routes name.</summary>
    public Task AskAsync(UnitOfWork uow, Attempt attempt, IReadOnlyList<Destination> channels, CancellationToken cancellationToken) =>
        outbox.WantAsync(uow, [.. channels.Select(to => new Wanted(SubjectOf(attempt.Id), to.Channel, to.Language, attempt.Plan.Severity, Open: true, Group: null))], cancellationToken);

    /// <summary>An entry in the audit. The last thing in a transaction: appends stand in line.</summary>
    public Task AuditAsync(UnitOfWork uow, Attempt attempt, string userId, string verb, Role role, string outcome, CancellationToken cancellationToken, params (string Name, string? Value)[] details)
    {
        var plan = attempt.Plan;
        var written = new JsonObject
        {
            ["remediation"] = attempt.Id,
            ["control"] = plan.Control,
            ["document"] = plan.Document,
            ["account"] = plan.Account,
            ["region"] = plan.Region,
            ["resource"] = plan.ResourceArn,
        };
        foreach (var (name, value) in details) written[name] = value;
        if (outcome == "requested" && plan.Before is { } before) written["before"] = JsonNode.Parse(before.GetRawText());
        return audit.AppendAsync(uow, new Act(userId, verb, Finding.SubjectOf(attempt.FindingId), role), outcome, written.ToJsonString(), cancellationToken);
    }
}
