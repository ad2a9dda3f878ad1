namespace ChatOps.Platform.Delivery.Grouping;

/// <summary>Answers domains about groups and storms.</summary>
internal sealed class Groups(GroupStore store) : IGroups
{
    public async Task<MessageGroup?> FindAsync(string key, string kind, CancellationToken cancellationToken) =>
        await store.FindAsync(key, cancellationToken) is { } head
            ? new MessageGroup(new SubjectId(head.Kind, head.Key), await store.OpenAsync(head.Id, kind, cancellationToken))
            : null;
}
