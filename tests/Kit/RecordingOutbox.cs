using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Tests.Kit;

/// <summary>Remembers what delivery is told by transactions that commit.</summary>
internal sealed class RecordingOutbox : IOutbox
{
    public List<MessageRequest> Requests { get; } = [];

    public List<ChangedSubject> Changed { get; } = [];

    public List<(SubjectId Subject, string Reply, string Data)> Replies { get; } = [];

    public void Clear()
    {
        Requests.Clear();
        Changed.Clear();
        Replies.Clear();
    }

    public Task RequestAsync(UnitOfWork uow, IReadOnlyList<MessageRequest> requests, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Requests) Requests.AddRange(requests);
        });
        return Task.CompletedTask;
    }

    public Task MarkChangedAsync(UnitOfWork uow, IReadOnlyList<ChangedSubject> changed, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Changed) Changed.AddRange(changed);
        });
        return Task.CompletedTask;
    }

    public Task ReplyAsync(UnitOfWork uow, SubjectId subject, string reply, string data, CancellationToken cancellationToken)
    {
        uow.AfterCommit(() =>
        {
            lock (Replies) Replies.Add((subject, reply, data));
        });
        return Task.CompletedTask;
    }
}
