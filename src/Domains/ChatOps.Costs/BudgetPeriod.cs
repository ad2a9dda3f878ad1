using System.Globalization;

namespace ChatOps.Costs;

/// <summary>The time a budget is for.</summary>
/// <param name="Key">Its name: <c>2026-03</c>, <c>2026-03-03</c>, <c>2026-Q1</c>, <c>2026</c>.</param>
/// <param name="From">Its first day.</param>
/// <param name="To">The day after its last.</param>
internal sealed record BudgetPeriod(string Key, DateOnly From, DateOnly To)
{
    /// <summary>How many days it has.</summary>
    public int Days => To.DayNumber - From.DayNumber;

    /// <summary>The period that a notification is about: a daily budget tells about the day before.</summary>
    public static BudgetPeriod OfNotice(string timeUnit, DateOnly day) =>
        timeUnit == "DAILY" ? Of(timeUnit, day.AddDays(-1)) : Of(timeUnit, day);

    /// <summary>The period of a budget that holds a day; of a custom one its whole term.</summary>
    public static BudgetPeriod OfBudget(Aws.AwsBudget budget, DateOnly day)
    {
        if (budget is not { TimeUnit: "CUSTOM", TimePeriod: { Start: { } start, End: { } end } }) return Of(budget.TimeUnit, day);
        var (from, to) = (DayOf(start), DayOf(end));
        return new BudgetPeriod(
            string.Create(CultureInfo.InvariantCulture, $"{from:yyyy-MM-dd}/{to:yyyy-MM-dd}"), from, to > from ? to : from.AddDays(1));
    }

    private static DateOnly DayOf(double seconds) =>
        DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds((long)seconds).UtcDateTime);

    /// <summary>Whether a day is among its days.</summary>
    public bool Holds(DateOnly day) => From <= day && day < To;

    /// <summary>The period that holds a day.</summary>
    public static BudgetPeriod Of(string timeUnit, DateOnly day)
    {
        switch (timeUnit)
        {
            case "DAILY":
                return new BudgetPeriod(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day, day.AddDays(1));
            case "QUARTERLY":
                var quarter = (day.Month - 1) / 3;
                var first = new DateOnly(day.Year, (quarter * 3) + 1, 1);
                return new BudgetPeriod(
                    string.Create(CultureInfo.InvariantCulture, $"{day.Year}-Q{quarter + 1}"), first, first.AddMonths(3));
            case "ANNUALLY":
                return new BudgetPeriod(
                    day.Year.ToString(CultureInfo.InvariantCulture), new DateOnly(day.Year, 1, 1), new DateOnly(day.Year + 1, 1, 1));
            default:
                var month = new DateOnly(day.Year, day.Month, 1);
                return new BudgetPeriod(month.ToString("yyyy-MM", CultureInfo.InvariantCulture), month, month.AddMonths(1));
        }
    }
}
