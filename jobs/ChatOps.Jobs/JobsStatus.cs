using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using Hangfire;

namespace ChatOps.Jobs;

/// <summary>The jobs in <c>/chatops status</c>.</summary>
internal sealed class JobsStatus(JobStorage storage) : IStatusSection
{
    public int Order => 40;

    public Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var counts = storage.GetMonitoringApi().GetStatistics();
        return Task.FromResult(locale.Text(
            "status.jobs",
            ("enqueued", counts.Enqueued),
            ("scheduled", counts.Scheduled),
            ("processing", counts.Processing),
            ("failed", counts.Failed),
            ("servers", counts.Servers)));
    }
}
