using ChatOps.Platform.Access;
using ChatOps.Platform.Policy;

namespace ChatOps.Tagging;

/// <summary>
/// What a creator may do without a role: complete the policy's tags on what they created themselves, when there is no doubt that it was
/// they.
/// Everything else about tags takes an operator.
/// </summary>
internal sealed class TagCreators(CreationStore creations, IAccess access, IPolicy<TagPolicy> policy)
{
    /// <summary>The verb, as the audit has it.</summary>
    public const string Verb = "tag.complete";

    /// <summary>Whether somebody is here as the creator alone; false for operators, who may do more.</summary>
    public async Task<bool> IsOnlyCreatorAsync(string noticeId, string userId, CancellationToken cancellationToken) =>
        await creations.NoticeAsync(noticeId, cancellationToken) is { Certain: true } notice && notice.SlackUser == userId
        && !(await access.RolesOfAsync(userId, cancellationToken)).Any(role => role is Role.Operator or Role.Admin);

    /// <summary>The act of confirming a run, checked.</summary>
    /// <exception cref="AccessDeniedException">They may not.</exception>
    public async Task<UserAction> DemandAsync(TagRun run, string userId, CancellationToken cancellationToken)
    {
        if (run.Source.Kind == TagSource.Notice && run.RequestedBy == userId && Completes(run.Change)
            && await IsOnlyCreatorAsync(run.Source.Value, userId, cancellationToken))
            return new UserAction(userId, Verb, run.Subject, Role.Viewer);
        var act = new UserAction(userId, TagRunService.ApplyVerb, run.Subject, Role.Operator);
        await access.DemandAsync(act, cancellationToken);
        return act;
    }

    /// <summary>Of a change what a creator may do: the policy's keys, with values that the policy allows; nothing is removed.</summary>
    public static TagChange CompletedOf(TagChange change, TagPolicy policy) =>
        new(change.Tags.Where(tag => IsCompletion(tag.Key, tag.Value, policy)).ToDictionary(
            tag => tag.Key, tag => tag.Value, StringComparer.Ordinal));

    private bool Completes(TagChange change) => !change.IsEmpty && change.Tags.All(tag => IsCompletion(tag.Key, tag.Value, policy.Value));

    private static bool IsCompletion(string full, string? value, TagPolicy policy) =>
        value is not null && policy.Keys.FirstOrDefault(key => policy.Full(key.Name) == full) is { } key && key.Allows(value);
}
