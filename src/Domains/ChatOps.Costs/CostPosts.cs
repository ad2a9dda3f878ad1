using System.Globalization;

namespace ChatOps.Costs;

/// <summary>
/// The messages that a budget or an anomaly has in a channel: an update makes no sound in Slack, so a worse state is posted anew, and the
/// former message points to the newer one. The first message's subject is the id itself, the second's <c>id.2</c>.
/// </summary>
internal static class CostPosts
{
    /// <summary>The key of a message's subject.</summary>
    public static string KeyOf(string id, int post) => post <= 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}.{post}");

    /// <summary>Whose message a key names, and which of them.</summary>
    public static (string Id, int Post) Read(string key) =>
        key.LastIndexOf('.') is > 0 and var dot
            && int.TryParse(key.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var post)
            ? (key[..dot], post)
            : (key, 1);

    /// <summary>The budget after a change, with a further message when it is worse than its last message said.</summary>
    /// <param name="before">As it was; null when it is new.</param>
    /// <param name="after">As it is.</param>
    /// <param name="passed">The threshold that was just notified; null when none was.</param>
    public static Budget After(Budget? before, Budget after, BudgetThreshold? passed)
    {
        var now = LevelOf(after);
        if (before is null) return after with { Posted = now };
        var posted = before.Posted ?? LevelOf(before);
        // What AWS adds to the first notification belongs to its message.
        if (before.ReadAt is null && after.ReadAt is not null) return after with { Posted = Worse(posted, now) };
        // Of a target less is worse.
        var worse = passed?.IsLess == true ? -1m : 1m;
        var last = (passed?.Figure == BudgetFigure.Actual ? posted.Actual : posted.Forecast) ?? (worse < 0 ? decimal.MinValue : 0m);
        var isHigher = passed?.ShareOf(after.Limit?.Amount) is { } share && worse * share > last;
        return after.Snoozed is null && (now.Rank < posted.Rank || isHigher)
            ? after with { Post = before.Post + 1, Posted = Worse(posted, now) }
            : after with { Posted = posted };
    }

    private static PostedLevel LevelOf(Budget budget)
    {
        var worse = budget.IsTarget ? -1m : 1m;
        return new PostedLevel(
            budget.Rank, worse * budget.ShareOf(BudgetFigure.Actual), worse * budget.ShareOf(BudgetFigure.Forecasted));
    }

    private static PostedLevel Worse(PostedLevel left, PostedLevel right) => new(
        left.Rank < right.Rank ? left.Rank : right.Rank, Larger(left.Actual, right.Actual), Larger(left.Forecast, right.Forecast));

    private static decimal? Larger(decimal? left, decimal? right) => left is null || right > left ? right : left;
}

/// <summary>How bad a budget was when it was last posted.</summary>
/// <param name="Rank">The worst it was.</param>
/// <param name="Actual">
/// The largest part of the limit that was spent; of a target the smallest that was reached, negative. Null when that was not known.
/// </param>
/// <param name="Forecast">The largest part of the limit that was forecast; null when that was not known.</param>
internal sealed record PostedLevel(Severity Rank, decimal? Actual, decimal? Forecast);
