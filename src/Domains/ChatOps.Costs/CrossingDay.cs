namespace ChatOps.Costs;

/// <summary>The day on which a budget's limit is crossed, from what was spent and what is expected. Pure, in decimals.</summary>
internal static class CrossingDay
{
    /// <summary>
    /// The first day whose end finds the sum beyond the limit; null when that does not happen within the period.
    /// </summary>
    /// <param name="limit">The limit.</param>
    /// <param name="spent">What each day cost, from the period's first day on.</param>
    /// <param name="expected">What is expected of each day after those.</param>
    public static DateOnly? Of(
        decimal limit, IEnumerable<(DateOnly Day, decimal Amount)> spent, IEnumerable<(DateOnly Day, decimal Amount)> expected)
    {
        var sum = 0m;
        foreach (var (day, amount) in spent.Concat(expected))
        {
            sum += amount;
            if (sum > limit) return day;
        }

        return null;
    }

    /// <summary>
    /// The same when only the forecast of the whole period is known: what is left of it is spread evenly over the days that are left.
    /// </summary>
    /// <param name="limit">The limit.</param>
    /// <param name="actual">What is spent by the end of <paramref name="today"/>.</param>
    /// <param name="forecast">What is expected by the period's end.</param>
    /// <param name="today">The last day that is counted in <paramref name="actual"/>.</param>
    /// <param name="end">The day after the period's last.</param>
    public static DateOnly? Even(decimal limit, decimal actual, decimal forecast, DateOnly today, DateOnly end)
    {
        var left = end.DayNumber - today.DayNumber - 1;
        if (actual > limit || forecast <= limit || left <= 0) return null;
        var daily = (forecast - actual) / left;
        var days = (int)Math.Floor((limit - actual) / daily) + 1;
        return today.AddDays(Math.Min(days, left));
    }

    /// <summary>What is expected of each day when only the whole is known.</summary>
    public static IReadOnlyList<(DateOnly Day, decimal Amount)> Spread(decimal rest, DateOnly from, DateOnly end)
    {
        var days = end.DayNumber - from.DayNumber;
        return days <= 0 ? [] : [.. Enumerable.Range(0, days).Select(day => (from.AddDays(day), rest / days))];
    }
}
