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
    public static Message Today(CostTable all, DateOnly settled, DateOnly today, ImageBlock? chart, Locale locale)
    {
        var table = all.Usage;
        var whole = table.Between(settled, settled.AddDays(1));
        if (table.Currency is not { } currency) return Nothing(all, today.AddDays(-14), today, locale);
        var day = whole.Total(currency);
        var before = table.Between(settled.AddDays(-7), settled.AddDays(-6));
        var mean = table.Between(settled.AddDays(-7), settled).DailyMeans.Of(currency);
        var head = locale.Text(
            "cost.today.head", ("day", CostText.Day(settled, locale)), ("amount", CostText.Sums(whole.Totals, locale)),
            ("against", Against(day, before.Total(currency), locale)), ("average", Against(day, mean, locale)));
        var since = table.Between(settled.AddDays(1), today.AddDays(1));
        var so = locale.Text("cost.today.so-far", ("days", string.Join(", ", since.Days.OrderBy(known => known.Day).Select(
            known => $"{CostText.Day(known.Day, locale)} {CostText.Sums(new CostTable([known]).Totals, locale)}"))));
        IEnumerable<string> more =
            [CostText.Charges(all.Between(settled, settled.AddDays(1)), null, locale), since.Days.Count == 0 ? "" : so];
        return Answer(
            head, [.. more.Where(line => line.Length > 0)], Rows(whole.Against(before), compared: true, locale), chart,
            all.Between(settled, today.AddDays(1)), locale);
    }

    /// <summary>The month so far.</summary>
    public static Message Month(
        MonthToDate month, ExpectedCost? expected, DateOnly today, ImageBlock? chart, Locale locale, string? fault = null,
        string asked = "")
    {
        if (month.Now.Currency is not { } currency) return Nothing(month.All, month.From, month.To, locale);
        var head = locale.Text(
            month.IsCompared ? "cost.month.head" : "cost.month.head-alone", ("days", CostText.Days(month.From, month.To, locale)),
            ("amount", CostText.Sums(month.Now.Totals, locale)), ("compared", CostText.Days(month.From, month.ComparedTo, locale)),
            ("against", Against(month.Compared.Total(currency), month.Before.Total(currency), locale)));
        IEnumerable<string> more = [Charges(month, locale), Expectation(month, expected, today, fault, locale)];
        return Answer(
            Seen(month, head, locale), [.. more.Where(line => line.Length > 0)], Rows(month.Changes, month.IsCompared, locale), chart,
            month.All, locale, CostViewButton.Row(month.View, CostViewButton.MonthOf(asked), locale));
    }

    /// <summary>What is expected.</summary>
    public static Message Forecast(
        MonthToDate month, ExpectedCost? expected, DateOnly today, BudgetLines budgets, ImageBlock? chart, Locale locale,
        string? fault = null)
    {
        var head = Expectation(month, expected, today, fault, locale);
        IReadOnlyList<string> rows = [.. BudgetRows(budgets, locale), .. BudgetFaults(budgets, locale)];
        IEnumerable<string> more =
        [
            locale.Text(
                "cost.forecast.so-far", ("days", CostText.Days(month.From, month.To, locale)),
                ("amount", CostText.Sums(month.Now.Totals, locale))),
            Charges(month, locale),
        ];
        return Answer(
            head, [.. more.Where(line => line.Length > 0)], rows.Count > 0 ? [$"*{locale.Text("cost.budgets")}*", .. rows] : [], chart,
            month.All, locale);
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
        if (budgets.Budgets.Count > BudgetsShown)
            blocks.Add(new ActionsBlock(
            [
                new Button(
                    AllBudgetsButton.ActionId, locale.Text("cost.budgets.all", ("count", (long)budgets.Budgets.Count)),
                    asked.Length > 0 ? asked : null),
            ]));
        if (faults.Count > 0) blocks.Add(new ContextBlock(new Mrkdwn(TextCut.Markup(string.Join('\n', faults), 2000), Verbatim: true)));
        return new Message { Text = head, Blocks = blocks };
    }

    /// <summary>The month so far by something.</summary>
    public static Message By(
        MonthToDate month, CostGrouping grouping, int skip, string asked, IAwsAccounts accounts, ImageBlock? chart, Locale locale)
    {
        if (month.Changes.Count == 0 || month.Now.Currency is not { } currency) return Nothing(month.All, month.From, month.To, locale);
        if (skip >= month.Changes.Count) skip = 0;
        var head = locale.Text(
            month.IsCompared ? "cost.by.head" : "cost.by.head-alone", ("by", CostText.Grouping(grouping, locale)),
            ("days", CostText.Days(month.From, month.To, locale)), ("amount", CostText.Sums(month.Now.Totals, locale)),
            ("compared", CostText.Days(month.From, month.ComparedTo, locale)),
            ("against", Against(month.Compared.Total(currency), month.Before.Total(currency), locale)));
        head = Seen(month, head, locale);
        var charges = Charges(month, locale);
        var blocks = new List<Block>
        {
            Section(charges.Length > 0 ? $"*{head}*\n{charges}" : $"*{head}*"),
            CostGroupsView.Rows(month.Changes, skip, grouping, accounts, locale, month.Names),
        };
        if (chart is not null) blocks.Add(chart);
        var notes = new[]
        {
            CostGroupsView.Place(month.Changes.Count, skip, locale), CostText.Estimated(month.Now, locale), CostText.Age(month.All, locale),
        }.Where(note => note.Length > 0);
        blocks.Add(new ContextBlock([.. notes.Select(note => new Mrkdwn(note, Verbatim: true))]));
        var pages = new ListPage(skip, CostPageButton.AskedFor(month.View, grouping, asked)).Buttons(
            CostGroupsView.PageSize, skip + CostGroupsView.PageSize < month.Changes.Count, CostPageButton.Previous, CostPageButton.Next,
            locale);
        if (pages.Count > 0) blocks.Add(new ActionsBlock(pages));
        blocks.Add(CostViewButton.Row(month.View, CostViewButton.GroupedBy(grouping, asked), locale));
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

        if (anomalies.Count > RowsShown)
        {
            notes = [.. notes, locale.Text("list.more", ("count", (long)(anomalies.Count - RowsShown)))];
            blocks.Add(new ActionsBlock(
                [new Button(AllAnomaliesButton.ActionId, locale.Text("cost.anomalies.all", ("count", (long)anomalies.Count)))]));
        }

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
            var account = Mrkdwn.Cut(AccountText.Mask(line.AccountName), 40);
            var type = line.Type == "COST" ? "" : $" · {BudgetMessage.TypeText(line.Type, locale)}";
            return $"{name}{type}  {locale.Text(
                "cost.budgets.of", ("actual", actual),
                ("limit", line.Limit is { } limit ? limit.Text(locale) : "–"))}{forecast}{worst} · {account}";
        })];
        var count = budgets.Count ?? budgets.Budgets.Count;
        if (count > rows.Count) rows.Add(locale.Text("list.more", ("count", (long)(count - rows.Count))));
        return rows;
    }

    /// <summary>Which accounts' budgets are not known, and why.</summary>
    internal static IEnumerable<string> BudgetFaults(BudgetLines budgets, Locale locale) => budgets.Faults.Select(fault => locale.Text(
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
        var spent = month.Spent.Between(month.From, today).Total(expected.Currency).Amount;
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
        string head, IReadOnlyList<string> more, List<string> rows, ImageBlock? chart, CostTable table, Locale locale,
        ActionsBlock? buttons = null)
    {
        var blocks = new List<Block> { Section(string.Join('\n', [$"*{head}*", .. more])) };
        if (rows.Count > 0) blocks.Add(Section(string.Join('\n', rows)));
        if (chart is not null) blocks.Add(chart);
        if (Notes(table, locale) is { Count: > 0 } notes)
            blocks.Add(new ContextBlock([.. notes.Select(note => new Mrkdwn(note, Verbatim: true))]));
        if (buttons is not null) blocks.Add(buttons);
        return new Message { Text = head, Blocks = blocks };
    }

    private static List<string> Notes(CostTable table, Locale locale) =>
        [.. new[] { CostText.Estimated(table, locale), CostText.Age(table, locale) }.Where(note => note.Length > 0)];

    /// <summary>The charges beside usage; the net view has them in its sum.</summary>
    private static string Charges(MonthToDate month, Locale locale) =>
        month.View == CostView.Net ? "" : CostText.Charges(month.All, month.AllBefore, locale);

    /// <summary>The headline with what is added up, where that is not usage.</summary>
    private static string Seen(MonthToDate month, string head, Locale locale) =>
        month.View == CostView.Gross ? head : $"{head} · {locale.Text($"cost.view.{month.View}".ToLowerInvariant())}";

    /// <summary>No usage: other charges there may be all the same.</summary>
    private static Message Nothing(CostTable all, DateOnly from, DateOnly to, Locale locale)
    {
        var charges = CostText.Charges(all.Between(from, to), null, locale);
        var head = locale.Text(charges.Length > 0 ? "cost.nothing-used" : "cost.nothing", ("days", CostText.Days(from, to, locale)));
        return Plain(string.Join('\n', new[] { head, charges }.Concat(Notes(all, locale)).Where(line => line.Length > 0)));
    }

    /// <summary>A message of one text.</summary>
    public static Message Plain(string text) => new() { Text = text, Blocks = [Section(text)] };

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2900), Verbatim: true));
}
