using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using Microsoft.Extensions.Logging;

namespace ChatOps.Reports;

/// <summary>What one source said, or why it did not.</summary>
internal sealed record Reading(IReportSource Source, IReportContent? Content, Exception? Fault);

/// <summary>Asks all sources at once. Each has its time; one that fails or hangs costs its section alone.</summary>
internal sealed partial class ReportReader(
    IEnumerable<IReportSource> sources, IPolicy<ReportPolicy> policy, TimeProvider time, ILogger<ReportReader> logger)
{
    public async Task<IReadOnlyList<Reading>> ReadAsync(ReportPeriod period, CancellationToken cancellationToken) =>
        await Task.WhenAll(sources.OrderBy(source => source.Order).Select(source => ReadAsync(source, period, cancellationToken)));

    private async Task<Reading> ReadAsync(IReportSource source, ReportPeriod period, CancellationToken cancellationToken)
    {
        var limit = policy.Value.SourceLimit;
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            // A source that does not heed the token is left behind too; and one that works before its first await holds nobody else up.
            return new Reading(source, await Task.Run(() => source.ReadAsync(period, both.Token), both.Token).WaitAsync(both.Token), null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogSlow(logger, source.Id, limit);
            return new Reading(source, null, new UserFacingException("report.fault.slow", ("seconds", (long)limit.TotalSeconds)));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, fault, source.Id);
            return new Reading(source, null, fault);
        }
    }

    /// <summary>A fault in words that may be shown.</summary>
    public static string Say(Exception fault, Locale locale) => fault switch
    {
        UserFacingException known => locale.Text(known.Key, [.. known.Values]),
        Platform.Prometheus.PrometheusException or GrafanaException => fault.Message,
        Amazon.Runtime.AmazonServiceException aws => $"AWS: {aws.ErrorCode} {aws.Message}",
        HttpRequestException or TimeoutException => locale.Text("report.fault.unreachable"),
        System.Data.Common.DbException => locale.Text("report.fault.database"),
        _ => locale.Text("report.fault.unknown"),
    };

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The report's section {Section} did not answer within {Limit}; the report goes without it")]
    private static partial void LogSlow(ILogger logger, string section, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The report's section {Section} could not be read; the report goes without it")]
    private static partial void LogFailed(ILogger logger, Exception fault, string section);
}
