using System.Globalization;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>The words about costs that several views use. Pure.</summary>
internal static class CostText
{
    private static readonly Dictionary<string, string> ShortServices = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Amazon Elastic Compute Cloud - Compute"] = "EC2",
        ["EC2 - Other"] = "EC2 (other)",
        ["Amazon Relational Database Service"] = "RDS",
        ["Amazon Simple Storage Service"] = "S3",
        ["Amazon Elastic Container Service"] = "ECS",
        ["Amazon Elastic Container Service for Kubernetes"] = "EKS",
        ["Amazon EC2 Container Registry (ECR)"] = "ECR",
        ["Amazon Elastic Load Balancing"] = "ELB",
        ["AmazonCloudWatch"] = "CloudWatch",
        ["AWS Key Management Service"] = "KMS",
        ["Amazon Simple Queue Service"] = "SQS",
        ["Amazon Simple Notification Service"] = "SNS",
        ["Amazon Virtual Private Cloud"] = "VPC",
        ["AWS Cost Explorer"] = "Cost Explorer",
        ["AWS Support (Business)"] = "Support",
    };

    /// <summary>A service as people call it: EC2, RDS, Lambda. Plain text.</summary>
    public static string Service(string name)
    {
        if (ShortServices.TryGetValue(name, out var known)) return known;
        foreach (var prefix in (string[])["Amazon ", "AWS "])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length) return name[prefix.Length..];
        }

        return name;
    }

    /// <summary>A group as people call it: a service short, an account by its name. Plain text.</summary>
    public static string Group(CostGrouping grouping, string key, IAwsAccounts accounts, Locale locale)
    {
        if (grouping == CostGrouping.Service) return Service(key);
        if (grouping == CostGrouping.Account)
            return accounts.Find(key) is { } account && account.Name != account.Id ? AccountText.Masked(key, account.Name) : key;
        if (key.Length > 0) return key;
        return locale.Text(grouping.Type == "TAG" ? "cost.untagged" : "cost.no-group");
    }

    /// <summary>The heading of a grouping: Service, Account, Region, Tag Owner.</summary>
    public static string Grouping(CostGrouping grouping, Locale locale) => grouping.Type == "TAG"
        ? locale.Text("cost.by.tag", ("key", Mrkdwn.Literal(TextCut.Plain(grouping.Key, 60))))
        : locale.Text($"cost.by.{grouping.Word}");

    /// <summary>24 Nov, 11월 24일. Days of costs are AWS's, in UTC, and are not moved into a zone.</summary>
    public static string Day(DateOnly day, Locale locale) => day.ToString(locale.Language == "ko" ? "M월 d일" : "d MMM", locale.Culture);

    /// <summary>March 2026, 2026년 3월.</summary>
    public static string Month(DateOnly day, Locale locale) =>
        day.ToString(locale.Language == "ko" ? "yyyy년 M월" : "MMMM yyyy", locale.Culture);

    /// <summary>A span of days: 1–7 Mar, or one day.</summary>
    public static string Days(DateOnly from, DateOnly to, Locale locale)
    {
        var last = to.AddDays(-1);
        return from >= last ? Day(from, locale) : $"{Day(from, locale)} – {Day(last, locale)}";
    }

    /// <summary>Sums, one for each currency: they are never added.</summary>
    public static string Sums(IReadOnlyList<Money> sums, Locale locale) =>
        sums.Count == 0 ? locale.Text("cost.nothing-spent") : string.Join(" + ", sums.Select(sum => sum.Text(locale)));

    /// <summary><c>EC2 +$1,920 (+38 %)</c>. The name must be escaped already.</summary>
    public static string Change(string name, CostChange change, Locale locale)
    {
        var ratio = change.Ratio is { } share
            ? $" ({Share.Change(share, locale)})"
            : change.Now.Amount > 0 ? $" ({locale.Text("cost.new")})" : "";
        return $"{name} {change.Delta.Change(locale)}{ratio}";
    }

    /// <summary>Which days AWS has not closed, in one clause; empty when all are.</summary>
    public static string Estimated(CostTable table, Locale locale)
    {
        var days = table.EstimatedDays;
        return days.Count == 0 ? "" : days.Count == table.Days.Count
            ? locale.Text("cost.estimated.all")
            : locale.Text(
                "cost.estimated.some", ("days", days.Count == 1 ? Day(days[0], locale) : Days(days.Min(), days.Max().AddDays(1), locale)));
    }

    /// <summary>100 %, forecast 120 %.</summary>
    public static string Reach(Reach? reach, Locale locale) => reach is null ? "–"
        : reach.Figure == BudgetFigure.Actual ? Share.Text(reach.Share, locale)
        : locale.Text("budget.forecast", ("amount", Share.Text(reach.Share, locale)));

    /// <summary>A message of one small line.</summary>
    public static Message Former(string line) =>
        new() { Text = line, Blocks = [new ContextBlock(new Mrkdwn(line, Verbatim: true))] };

    /// <summary>A moment as Slack shows it in each reader's zone.</summary>
    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    /// <summary>A number for a CSV or an id: the same in every language.</summary>
    public static string Invariant(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
