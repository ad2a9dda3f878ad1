using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Operations;

/// <summary>The inbox in <c>/chatops status</c>.</summary>
internal sealed class InboxStatus(IngestStatus ingest) : IStatusSection
{
    public int Order => 10;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var counts = await ingest.ReadAsync(cancellationToken);
        var unknown = counts.Unknown.Values.Sum();
        return locale.Text(
            "status.inbox", ("pending", counts.Pending), ("done", counts.Done), ("failed", counts.Failed), ("unknown", unknown));
    }
}
