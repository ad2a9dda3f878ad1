namespace ChatOps.Reports;

/// <summary>Making the daily report; the timetable calls it.</summary>
public interface IReports
{
    /// <summary>
    /// Makes today's report unless it is made already, and sends it where <c>routes.yaml</c> and <c>report.yaml</c> say. True when it was
    /// made by this call.
    /// </summary>
    /// <param name="makeUp">
    /// Whether this is the look for a report that was missed: it is then made only by a bot that was there before today, so that a fresh
    /// one does not begin with a report of nothing.
    /// </param>
    /// <param name="cancellationToken">Ends the making; what is left is made up by the next look.</param>
    Task<bool> RunDailyAsync(bool makeUp, CancellationToken cancellationToken);
}
