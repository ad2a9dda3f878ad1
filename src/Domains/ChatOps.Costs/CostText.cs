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
    public static string Group(
        CostGrouping grouping, string key, IAwsAccounts accounts, Locale locale, IReadOnlyDictionary<string, string>? names = null)
    {
        if (grouping == CostGrouping.Service) return Service(key);
        if (grouping == CostGrouping.Account)
            return AccountText.Masked(
                key, accounts.Find(key) is { } account && account.Name != account.Id ? account.Name : names?.GetValueOrDefault(key));
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

    /// <summary>
    /// The charges beside usage, in one line: <c>Tax $40 · Credits −$4,750 · net $290</c>. Tax, support and fees that AWS still has to bill
    /// are said to be expected, not to have fallen. Empty when there are none.
    /// </summary>
    /// <param name="all">All charges of the days.</param>
    /// <param name="before">All charges of the days before; null when nothing is expected of them.</param>
    /// <param name="locale">Who reads.</param>
    public static string Charges(CostTable all, CostTable? before, Locale locale) =>
        Charges(all.Charges, before?.Charges ?? [], all.Totals, before is null || all.EstimatedDays.Count > 0, locale);

    /// <inheritdoc cref="Charges(CostTable, CostTable?, Locale)"/>
    public static string Charges(
        IReadOnlyList<(CostCharge Charge, Money Money)> now, IReadOnlyList<(CostCharge Charge, Money Money)> before,
        IReadOnlyList<Money> totals, bool isOpen, Locale locale)
    {
        var parts = now
            .Select(sum => locale.Text($"cost.charge.{sum.Charge}".ToLowerInvariant(), ("amount", sum.Money.Text(locale)))).ToList();
        if (isOpen)
            parts.AddRange(before
                .Where(sum => CostCharges.Late.Contains(sum.Charge) && sum.Money.Amount > 0
                    && !now.Any(known => known.Charge == sum.Charge && known.Money.Currency == sum.Money.Currency))
                .Select(sum => locale.Text(
                    "cost.charge.late",
                    ("what", locale.Text($"cost.charge.{sum.Charge}".ToLowerInvariant(), ("amount", sum.Money.Text(locale)))))));
        if (now.Count > 0) parts.Add(locale.Text("cost.charge.net", ("amount", Sums(totals, locale))));
        return string.Join(" · ", parts);
    }

    /// <summary>How old figures are, and why; empty when they are as new as can be.</summary>
    public static string Age(CostTable table, Locale locale) => table is not { AsOf: { } at, Fault: { } fault } ? "" : locale.Text(
        fault == CostFault.RequestLimit ? "cost.as-of.limit" : CostFault.IsDenied(fault) ? "cost.as-of.denied" : "cost.as-of.away",
        ("when", Moment(at, locale)), ("code", Mrkdwn.Cut(fault, 60)));

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
