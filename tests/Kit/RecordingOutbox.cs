using ChatOps.Platform.Delivery;
using ChatOps.Platform.Storage;

namespace ChatOps.Tests.Kit;

/// <summary>Remembers what delivery was told.</summary>
internal sealed class RecordingOutbox : IOutbox
{
    public List<Wanted> Wanted { get; } = [];

    public List<Touched> Touched { get; } = [];

    public List<(SubjectId Subject, string Reply, string Data)> Replies { get; } = [];

    public void Clear()
    {
        Wanted.Clear();
        Touched.Clear();
        Replies.Clear();
    }

    public Task WantAsync(UnitOfWork uow, IReadOnlyList<Wanted> wanted, CancellationToken cancellationToken)
    {
        lock (Wanted) Wanted.AddRange(wanted);
        return Task.CompletedTask;
    }

    public Task TouchAsync(UnitOfWork uow, IReadOnlyList<Touched> touched, CancellationToken cancellationToken)
    {
        lock (Touched) Touched.AddRange(touched);
        return Task.CompletedTask;
    }

    public Task ReplyAsync(UnitOfWork uow, SubjectId subject, string reply, string data, CancellationToken cancellationToken)
    {
        lock (Replies) Replies.Add((subject, reply, data));
        return Task.CompletedTask;
    }
}
