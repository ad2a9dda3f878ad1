using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>The answers of <c>/cost</c>. Pure.</summary>
internal static class CostMessages
{
    private const int RowsShown = 8;
    private const int BudgetsShown = 15;

    /// <summary>The last settled day, and the days since so far.</summary>
    public static Message Today(CostTable table, DateOnly settled, DateOnly today, ImageBlock? chart, Locale locale)
    {
        var whole = table.Between(settled, settled.AddDays(1));
        if (table.Currency is not { } currency) return Nothing(today.AddDays(-14), today, locale);
        var day = whole.Total(currency);
        var before = table.Between(settled.AddDays(-7), settled.AddDays(-6));
        var mean = table.Between(settled.AddDays(-7), settled).DailyMeans.Of(currency);
        var head = locale.Text(
            "cost.today.head", ("day", CostText.Day(settled, locale)), ("amount", CostText.Sums(whole.Totals, locale)),
            ("against", Against(day, before.Total(currency), locale)), ("average", Against(day, mean, locale)));
        var since = table.Between(settled.AddDays(1), today.AddDays(1));
        var so = locale.Text("cost.today.so-far", ("days", string.Join(", ", since.Days.OrderBy(known => known.Day).Select(
            known => $"{CostText.Day(known.Day, locale)} {CostText.Sums(new CostTable([known]).Totals, locale)}"))));
        return Answer(
            head, since.Days.Count == 0 ? [] : [so], Rows(whole.Against(before), compared: true, locale), chart,
            table.Between(settled, today.AddDays(1)), locale);
    }

    /// <summary>The month so far.</summary>
    public static Message Month(
        MonthToDate month, ExpectedCost? expected, DateOnly today, ImageBlock? chart, Locale locale, string? fault = null)
    {
        if (month.Now.Currency is not { } currency) return Nothing(month.From, month.To, locale);
        var head = locale.Text(
            month.IsCompared ? "cost.month.head" : "cost.month.head-alone", ("days", CostText.Days(month.From, month.To, locale)),
            ("amount", CostText.Sums(month.Now.Totals, locale)), ("compared", CostText.Days(month.From, month.ComparedTo, locale)),
            ("against", Against(month.Compared.Total(currency), month.Before.Total(currency), locale)));
        return Answer(
            head, [Expectation(month, expected, today, fault, locale)], Rows(month.Changes, month.IsCompared, locale), chart, month.Now,
            locale);
    }

    /// <summary>What is expected.</summary>
    public static Message Forecast(
        MonthToDate month, ExpectedCost? expected, DateOnly today, BudgetLines budgets, ImageBlock? chart, Locale locale,
        string? fault = null)
    {
        var head = Expectation(month, expected, today, fault, locale);
        IReadOnlyList<string> rows = [.. BudgetRows(budgets, locale), .. BudgetFaults(budgets, locale)];
        return Answer(
            head, [locale.Text(
                "cost.forecast.so-far", ("days", CostText.Days(month.From, month.To, locale)),
                ("amount", CostText.Sums(month.Now.Totals, locale)))],
            rows.Count > 0 ? [$"*{locale.Text("cost.budgets")}*", .. rows] : [], chart, month.Now, locale);
    }

    /// <summary>The budgets.</summary>
    public static Message Budgets(BudgetLines budgets, string asked, Locale locale)
    {
        var faults = BudgetFaults(budgets, locale).ToList();
        if (budgets.Budgets.Count == 0)
        {
            var none = budgets.AllFailed ? locale.Text("cost.budgets.unread")
                : faults.Count > 0 && asked.Length == 0 ? locale.Text("cost.budgets.none-answered")
                : asked.Length > 0
                ? locale.Text("cost.budgets.none-named", ("name", Mrkdwn.Code(TextCut.Plain(asked, 80))))
                : locale.Text("cost.budgets.none");
            return Plain(string.Join('\n', [none, .. faults]));
        }

        var head = locale.Text("cost.budgets.head", ("count", (long)budgets.Budgets.Count));
        var blocks = new List<Block> { Section($"*{head}*"), Section(string.Join('\n', BudgetRows(budgets, locale))) };
        if (faults.Count > 0) blocks.Add(new ContextBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', faults), 2000), Verbatim: true)));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>The month so far by something.</summary>
    public static Message By(
        MonthToDate month, CostGrouping grouping, int skip, string asked, IAwsAccounts accounts, ImageBlock? chart, Locale locale)
    {
        if (month.Changes.Count == 0 || month.Now.Currency is not { } currency) return Nothing(month.From, month.To, locale);
        if (skip >= month.Changes.Count) skip = 0;
        var head = locale.Text(
            month.IsCompared ? "cost.by.head" : "cost.by.head-alone", ("by", CostText.Grouping(grouping, locale)),
            ("days", CostText.Days(month.From, month.To, locale)), ("amount", CostText.Sums(month.Now.Totals, locale)),
            ("compared", CostText.Days(month.From, month.ComparedTo, locale)),
            ("against", Against(month.Compared.Total(currency), month.Before.Total(currency), locale)));
        var blocks = new List<Block> { Section($"*{head}*"), CostGroupsView.Rows(month.Changes, skip, grouping, accounts, locale) };
        if (chart is not null) blocks.Add(chart);
        var notes = new[] { CostGroupsView.Place(month.Changes.Count, skip, locale), CostText.Estimated(month.Now, locale) }
            .Where(note => note.Length > 0);
        blocks.Add(new ContextBlock([.. notes.Select(note => new Mrkdwn(note, Verbatim: true))]));
        var pages = new ListPage(skip, $"{grouping.Word} {asked}".TrimEnd()).Buttons(
            CostGroupsView.PageSize, skip + CostGroupsView.PageSize < month.Changes.Count, CostPageButton.Previous, CostPageButton.Next,
            locale);
        if (pages.Count > 0) blocks.Add(new ActionsBlock(pages));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>A tag key that no costs carry.</summary>
    public static Message NoTag(string key, IReadOnlyList<string> known, Locale locale) => Plain(
        locale.Text(
            "cost.no-tag", ("key", Mrkdwn.Code(TextCut.Plain(key, 80))),
            ("known", known.Count == 0 ? "–" : string.Join(", ", known.Take(15).Select(text => Mrkdwn.Code(TextCut.Plain(text, 60)))))));

    /// <summary>The anomalies.</summary>
    public static Message Anomalies(IReadOnlyList<Anomaly> anomalies, IReadOnlySet<string> incoming, int days, string? fault, Locale locale)
    {
        var notes = fault is null ? [] : new[] { locale.Text("cost.anomalies.fault", ("code", Mrkdwn.Cut(fault, 60))) };
        if (anomalies.Count == 0) return Plain(string.Join('\n', [locale.Text("cost.anomalies.none", ("days", (long)days)), .. notes]));
        var head = locale.Text("cost.anomalies.head", ("count", (long)anomalies.Count), ("days", (long)days));
        var blocks = new List<Block> { Section($"*{head}*") };
        foreach (var anomaly in anomalies.Take(RowsShown))
        {
            var when = anomaly.From is { } from ? $" · {CostText.Day(DateOnly.FromDateTime(from.UtcDateTime), locale)}" : "";
            blocks.Add(new SectionBlock(
                new Mrkdwn($"{AnomalyMessage.Line(anomaly, AnomalySubject.Currency, locale)}{when}", Verbatim: true))
            {
                Accessory = incoming.Contains(anomaly.Id)
                    ? new Button(OpenAnomalyButton.ActionId, locale.Text("button.open"), anomaly.Id)
                    : null,
            });
        }

        if (anomalies.Count > RowsShown) notes = [.. notes, locale.Text("list.more", ("count", (long)(anomalies.Count - RowsShown)))];
        if (notes.Length > 0) blocks.Add(new ContextBlock([.. notes.Select(note => new Mrkdwn(note, Verbatim: true))]));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>What the command can do, after what was wrong if anything was.</summary>
    public static Message Help(FilterGrammar grammar, Locale locale, string? wrong)
    {
        var text = wrong is null ? locale.Text("cost.help") : $"{wrong}\n{locale.Text("cost.help")}";
        return new Message
        {
            Text = $"{text}\n{FilterHelp.Lines(grammar, locale)}",
            Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true)) { Expand = true }, FilterHelp.Block(grammar, locale)],
        };
    }

    /// <summary>A message with what its figures are of, as it was typed; the same when they are of everything.</summary>
    public static Message Scoped(Message message, string asked, Locale locale)
    {
        if (asked.Length == 0) return message;
        var scope = locale.Text("cost.scope", ("filter", Mrkdwn.Code(asked)));
        return message with
        {
            Text = $"{message.Text} · {scope}",
            Blocks = [.. message.Blocks.Take(1), new ContextBlock(new Mrkdwn(scope, Verbatim: true)), .. message.Blocks.Skip(1)],
        };
    }

    /// <summary>$12.30 more (+4 %).</summary>
    internal static string Against(Money now, Money before, Locale locale)
    {
        var delta = now with { Amount = now.Amount - before.Amount };
        return before.Amount > 0 ? $"{delta.Change(locale)} ({Share.Change(delta.Amount / before.Amount, locale)})" : delta.Change(locale);
    }

    /// <summary>A budget's lines for answers and digests.</summary>
    internal static IReadOnlyList<string> BudgetRows(BudgetLines budgets, Locale locale)
    {
        List<string> rows = [.. budgets.Budgets.Take(BudgetsShown).Select(line =>
        {
            var name = $"{line.Sign} *{Mrkdwn.Cut(line.Name, 80)}*";
            var actual = line.Actual is { } spent ? spent.Text(locale) : "–";
            var forecast = line.Forecast is { } expected
                ? $" · {locale.Text("cost.budgets.forecast", ("amount", expected.Text(locale)))}"
                : "";
            var worst = line.Worst is { } share ? $" ({Share.Text(share, locale)})" : "";
            return $"{name}  {locale.Text(
                "cost.budgets.of", ("actual", actual),
                ("limit", line.Limit is { } limit ? limit.Text(locale) : "–"))}{forecast}{worst} · {Mrkdwn.Cut(line.AccountName, 40)}";
        })];
        if (budgets.Budgets.Count > BudgetsShown)
            rows.Add(locale.Text("list.more", ("count", (long)(budgets.Budgets.Count - BudgetsShown))));
        return rows;
    }

    /// <summary>Which accounts' budgets are not known, and why.</summary>
    private static IEnumerable<string> BudgetFaults(BudgetLines budgets, Locale locale) => budgets.Faults.Select(fault => locale.Text(
        CostFault.IsDenied(fault.Code) ? "cost.budgets.denied" : "cost.budgets.fault", ("account", AccountText.Mask(fault.Account)),
        ("code", Mrkdwn.Cut(fault.Code, 60))));

    private static string Expectation(MonthToDate month, ExpectedCost? expected, DateOnly today, string? fault, Locale locale)
    {
        if (fault is not null)
            return locale.Text(
                fault == CostFault.RequestLimit ? "cost.forecast.limit"
                : CostFault.IsDenied(fault) ? "cost.forecast.denied" : "cost.forecast.fault",
                ("code", Mrkdwn.Cut(fault, 60)));
        if (expected is null) return locale.Text("cost.forecast.none");
        // Today counts among what is expected: of what was spent only whole days are added.
        var spent = month.Now.Between(month.From, today).Total(expected.Currency).Amount;
        var days = expected.Days.Where(day => day.Day < month.End).ToList();
        Money Sum(Func<ExpectedDay, decimal> of) => new(spent + days.Sum(of), expected.Currency);
        return locale.Text(
            "cost.forecast.head", ("month", CostText.Month(month.From, locale)), ("amount", Sum(day => day.Mean).Text(locale)),
            ("low", Sum(day => day.Low).Text(locale)), ("high", Sum(day => day.High).Text(locale)));
    }

    private static List<string> Rows(IReadOnlyList<CostChange> changes, bool compared, Locale locale)
    {
        List<string> rows = [.. changes.Where(
            change => change.Now.Amount != 0 || change.Before.Amount != 0).Take(RowsShown).Select(change =>
            $"*{Mrkdwn.Cut(CostText.Service(change.Key), 80)}*  {change.Now.Text(locale)}" +
            (compared ? $" · {Against(change.Compared ?? change.Now, change.Before, locale)}" : ""))];
        if (changes.Count > RowsShown) rows.Add(locale.Text("list.more", ("count", (long)(changes.Count - RowsShown))));
        return rows;
    }

    private static Message Answer(
        string head, IReadOnlyList<string> more, List<string> rows, ImageBlock? chart, CostTable table, Locale locale)
    {
        var blocks = new List<Block> { Section(string.Join('\n', [$"*{head}*", .. more])) };
        if (rows.Count > 0) blocks.Add(Section(string.Join('\n', rows)));
        if (chart is not null) blocks.Add(chart);
        if (CostText.Estimated(table, locale) is { Length: > 0 } estimated)
            blocks.Add(new ContextBlock(new Mrkdwn(estimated, Verbatim: true)));
        return new Message { Text = head, Blocks = blocks };
    }

    private static Message Nothing(DateOnly from, DateOnly to, Locale locale) =>
        Plain(locale.Text("cost.nothing", ("days", CostText.Days(from, to, locale))));

    private static Message Plain(string text) => new() { Text = text, Blocks = [Section(text)] };

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2900), Verbatim: true));
}
