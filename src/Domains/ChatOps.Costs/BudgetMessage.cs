using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Costs;

/// <summary>A budget's living message. Pure: the same budget always reads the same.</summary>
internal static class BudgetMessage
{
    private const int DriversShown = 3;

    /// <summary>The message.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="accountName">What people call its account; null when it has no name.</param>
    /// <param name="locale">Who reads.</param>
    /// <param name="region">A Region of the partition whose console shows it; empty for the partition <c>aws</c>.</param>
    public static Message Render(Budget budget, string? accountName, Locale locale, string region = "") => budget.Unread is { } text
        ? Unread(budget, text, locale, region)
        : new Message { Text = Headline(budget, locale, bold: false), Blocks = Blocks(budget, accountName, locale, region) };

    /// <summary>A message that a newer one has taken the place of: without figures, which would grow old here.</summary>
    public static Message Former(Budget budget, Locale locale) =>
        CostText.Former(locale.Text("budget.former", ("name", Mrkdwn.Cut(budget.Name.ReplaceLineEndings(" "), 110))));

    /// <summary>One line for lists and groups.</summary>
    public static string Line(Budget budget, Locale locale) => budget.Unread is null
        ? Headline(budget, locale)
        : $"{budget.Rank.Sign()} {locale.Text("budget.unread")}";

    /// <summary>What a budget counts: cost, usage, how far reservations are used.</summary>
    public static string TypeText(string type, Locale locale) =>
        locale.Has($"budget.type.{type}".ToLowerInvariant()) ? locale.Text($"budget.type.{type}".ToLowerInvariant()) : Mrkdwn.Cut(type, 40);

    private static List<Block> Blocks(Budget budget, string? accountName, Locale locale, string region)
    {
        var head = StateLine(budget, locale) is { } state ? $"{state}\n{Headline(budget, locale)}" : Headline(budget, locale);
        var blocks = new List<Block> { Section(head) };
        if (Spent(budget, accountName, locale) is { Length: > 0 } spent) blocks.Add(Section(spent));
        if (Drivers(budget, locale) is { } drivers) blocks.Add(Section(drivers));
        if (budget.Pictures.TryGetValue(locale.Language, out var picture)) blocks.Add(CostPictures.Block(picture));
        // One that waits for its threshold is no news.
        foreach (var action in budget.Actions.Where(action => action.Status != "STANDBY").Take(3))
            blocks.Add(Section(ActionLine(action, locale)));
        if (Buttons(budget, locale, region) is { Count: > 0 } buttons)
            blocks.Add(new ActionsBlock(buttons) { BlockId = "budget.buttons" });
        blocks.Add(new ContextBlock([.. Context(budget, locale).Select(line => new Mrkdwn(line, Verbatim: true))]));
        return blocks;
    }

    /// <summary><c>🟠 Budget "prod" will be exceeded on 24 Nov · forecast $15,234 of $12,000 (127 %)</c></summary>
    private static string Headline(Budget budget, Locale locale, bool bold = true)
    {
        var name = Mrkdwn.Cut(budget.Name.ReplaceLineEndings(" "), 110);
        var period = budget.TimeUnit == "DAILY" && budget.Period is { } day ? CostText.Day(day.From, locale) : "";
        var (key, figure) = budget switch
        {
            { Limit: null } => ("budget.head.told", budget.Actual ?? budget.Forecast),
            { IsTarget: true } => (budget.IsBelow ? "budget.head.below" : "budget.head.reached", budget.Actual),
            { IsExceeded: true } => (budget.CrossedOn is null ? "budget.head.exceeded" : "budget.head.exceeded-on", budget.Actual),
            { WillBeExceeded: true } => (budget.CrossedOn is null ? "budget.head.will" : "budget.head.will-on", budget.Forecast),
            { IsPassed: true } => (
                budget.Passed!.Figure == BudgetFigure.Actual ? "budget.head.passed" : "budget.head.passed-forecast",
                budget.Passed.Figure == BudgetFigure.Actual ? budget.Actual : budget.Forecast),
            _ => ("budget.head.within", budget.Actual ?? budget.Forecast),
        };
        var title = locale.Text(
            key, ("name", name), ("day", budget.CrossedOn is { } crossed ? CostText.Day(crossed, locale) : ""),
            ("type", TypeText(budget.Type, locale)),
            ("threshold", budget.Passed?.ShareOf(budget.Limit?.Amount) is { } passed ? Share.Text(passed, locale) : ""));
        if (period.Length > 0) title = $"{title} ({period})";
        var amount = figure is not { } money ? "" : budget.Limit is { } limit
            ? locale.Text(
                budget.IsExceeded || !(budget.WillBeExceeded || figure == budget.Forecast)
                    ? "budget.amount.actual"
                    : "budget.amount.forecast",
                ("amount", money.Text(locale)), ("limit", limit.Text(locale)),
                ("share", Share.Of(money.Amount, limit.Amount) is { } share ? Share.Text(share, locale) : "–"))
            : money.Text(locale);
        return $"{budget.Rank.Sign()} {(bold ? $"*{title}*" : title)}{(amount.Length > 0 ? $" · {amount}" : "")}";
    }

    private static string? StateLine(Budget budget, Locale locale) => budget switch
    {
        { Snoozed: { } snoozed } =>
            $"🔇 {locale.Text(
                "budget.line.snoozed", ("who", Mrkdwn.User(snoozed.ByUserId)), ("until", CostText.Reach(snoozed.Until, locale)))}",
        { AssignedTo: { } to } => $"{budget.Rank.Sign()} {locale.Text("budget.line.assigned", ("who", Mrkdwn.User(to)))}",
        { Acknowledged: { } mark } =>
            $"{budget.Rank.Sign()} " +
                $"{locale.Text(
                    "budget.line.acknowledged", ("who", Mrkdwn.User(mark.ByUserId)), ("when", CostText.Moment(mark.At, locale)))}",
        _ => null,
    };

    private static string Spent(Budget budget, string? accountName, Locale locale)
    {
        var parts = new List<string>();
        if (budget.Type != "COST") parts.Add(TypeText(budget.Type, locale));
        if (budget.Actual is { } actual)
        {
            parts.Add(budget is { IsTarget: true, Limit: { } target }
                ? locale.Text("budget.reached", ("amount", actual.Text(locale)), ("limit", target.Text(locale)))
                : budget.Limit is { } limit && Share.Of(actual.Amount, limit.Amount) is { } share
                ? locale.Text("budget.spent", ("amount", actual.Text(locale)), ("share", Share.Text(share, locale)))
                : locale.Text("budget.spent-plain", ("amount", actual.Text(locale))));
        }

        if (budget is { Forecast: { } forecast, IsExceeded: true })
            parts.Add(locale.Text("budget.forecast", ("amount", forecast.Text(locale))));
        if (budget is { Period: { } period, KnownUntil: { } known } && period.Days > 1)
            parts.Add(locale.Text(
                "budget.day-of", ("day", (long)Math.Clamp(known.DayNumber - period.From.DayNumber + 1, 1, period.Days)),
                ("days", (long)period.Days)));
        if (budget.Account.Length > 0)
            parts.Add(locale.Text("budget.account", ("account", Mrkdwn.Cut(AccountText.Masked(budget.Account, accountName)))));
        return string.Join(" · ", parts);
    }

    private static string? Drivers(Budget budget, Locale locale)
    {
        if (budget.Drivers.Count == 0) return null;
        var text = string.Join(" · ", budget.Drivers.Take(DriversShown).Select(
            change => CostText.Change(Mrkdwn.Cut(CostText.Service(change.Key), 60), change, locale)));
        return locale.Text(
            budget.TimeUnit switch
            {
                "DAILY" => "budget.drivers.day",
                "QUARTERLY" => "budget.drivers.quarter",
                "ANNUALLY" => "budget.drivers.year",
                "CUSTOM" => "budget.drivers.before",
                _ => "budget.drivers.month",
            },
            ("changes", text));
    }

    private static List<BlockElement> Buttons(Budget budget, Locale locale, string region)
    {
        var buttons = new List<BlockElement>();
        // A budget that nobody reported has no row to act on.
        if (budget.NoticedAt == default)
        {
            if (ConsoleLinks.Budgets(region) is { } there)
                buttons.Add(new Button(BudgetConsoleButton.ActionId, locale.Text("budget.button.console"), budget.Id, there));
            return buttons;
        }

        if (budget is { ReadAt: not null, Fault: null, IsTarget: false })
            buttons.Add(new Button(DrillDownModal.ActionId, locale.Text("budget.button.drill"), budget.Id, Style: ButtonStyle.Primary));
        buttons.Add(budget.Acknowledged is null
            ? new Button(AcknowledgeBudgetButton.ActionId, locale.Text("budget.button.acknowledge"), budget.Id)
            : new Button(UnacknowledgeBudgetButton.ActionId, locale.Text("budget.button.unacknowledge"), budget.Id));
        buttons.Add(new Button(AssignBudgetModal.ActionId, locale.Text("budget.button.assign"), budget.Id));
        if (budget.Snoozed is not null)
            buttons.Add(new Button(UnsnoozeButton.ActionId, locale.Text("budget.button.unsnooze"), budget.Id));
        else if (budget.Rank <= Severity.Medium && budget.NextThreshold is { } next)
            buttons.Add(
                new Button(SnoozeButton.ActionId, locale.Text("budget.button.snooze", ("until", CostText.Reach(next, locale))), budget.Id));
        if (ConsoleLinks.Budgets(region) is { } console)
            buttons.Add(new Button(BudgetConsoleButton.ActionId, locale.Text("budget.button.console"), budget.Id, console));
        return buttons;
    }

    private static string ActionLine(BudgetAction action, Locale locale)
    {
        var what = action.Definition switch
        {
            { IamActionDefinition: { } iam } => locale.Text(
                "budget.action.iam", ("policy", Mrkdwn.Cut(iam.PolicyArn[(iam.PolicyArn.LastIndexOf('/') + 1)..], 80)),
                ("to", Mrkdwn.Cut(string.Join(", ", (iam.Roles ?? []).Concat(iam.Groups ?? []).Concat(iam.Users ?? [])), 120))),
            { ScpActionDefinition: { } scp } => locale.Text(
                "budget.action.scp", ("policy", Mrkdwn.Cut(scp.PolicyId, 80)),
                ("to", Mrkdwn.Cut(string.Join(", ", scp.TargetIds ?? []), 120))),
            { SsmActionDefinition: { } ssm } => locale.Text(
                "budget.action.ssm", ("what", Mrkdwn.Cut(ssm.ActionSubType, 60)), ("count", (long)(ssm.InstanceIds?.Count ?? 0)),
                ("region", Mrkdwn.Cut(ssm.Region, 40))),
            _ => Mrkdwn.Cut(action.ActionType, 60),
        };
        var at = action.ActionThreshold.ActionThresholdType == "PERCENTAGE"
            ? Share.Text(action.ActionThreshold.ActionThresholdValue / 100m, locale)
            : CostText.Invariant(action.ActionThreshold.ActionThresholdValue);
        var key = $"budget.action.status.{action.Status.ToLowerInvariant()}";
        var status = locale.Has(key) ? locale.Text(key) : Mrkdwn.Cut(action.Status, 40);
        return locale.Text("budget.action", ("status", status), ("what", what), ("at", at));
    }

    private static IEnumerable<string> Context(Budget budget, Locale locale)
    {
        if (budget.NoticedAt == default)
        {
            // Nobody was notified; its figures are shown because they were asked for.
        }
        else if (budget.IsWatched)
        {
            yield return locale.Text("budget.context.watched", ("when", CostText.Moment(budget.NoticedAt, locale)));
        }
        else if (budget.Passed?.ShareOf(budget.Limit?.Amount) is { } share)
        {
            yield return locale.Text(
                budget.Passed.IsLess ? "budget.context.below"
                    : budget.Passed.Figure == BudgetFigure.Actual ? "budget.context.passed" : "budget.context.passed-forecast",
                ("threshold", Share.Text(share, locale)), ("when", CostText.Moment(budget.NoticedAt, locale)));
        }
        else
        {
            yield return locale.Text("budget.context.told", ("when", CostText.Moment(budget.NoticedAt, locale)));
        }

        if (budget.Fault is { } fault)
        {
            yield return locale.Text(
                fault switch
                {
                    "NoAccount" => "budget.context.no-account",
                    "RequestLimit" => "budget.context.limit",
                    "NotFoundException" => "budget.context.gone",
                    "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" => "budget.context.denied",
                    _ => "budget.context.fault",
                },
                ("code", Mrkdwn.Cut(fault, 60)), ("account", Mrkdwn.Cut(AccountText.Mask(budget.Account), 40)));
        }
        else if (budget.ReadAt is { } read)
        {
            yield return locale.Text("budget.context.read", ("when", CostText.Moment(read, locale)));
        }
        else
        {
            yield return locale.Text("budget.context.reading");
        }
    }

    /// <summary>A text that could not be read is shown whole, cut only where Slack ends a message.</summary>
    private static Message Unread(Budget budget, string text, Locale locale, string region)
    {
        var head = $"{budget.Rank.Sign()} *{locale.Text("budget.unread")}*";
        var blocks = new List<Block> { Section(StateLine(budget, locale) is { } state ? $"{state}\n{head}" : head) };
        // Four blocks hold what a message may hold together; a text of Budgets has some 900 characters.
        for (var at = 0; at < text.Length && blocks.Count < 5; at += 2500)
            blocks.Add(new SectionBlock(
                new PlainText(TextCut.Plain(text[at..Math.Min(text.Length, at + 2500)], 2500), Emoji: false))
            { Expand = true });
        var buttons = new List<BlockElement>();
        if (budget.Acknowledged is null)
            buttons.Add(new Button(AcknowledgeBudgetButton.ActionId, locale.Text("budget.button.acknowledge"), budget.Id));
        buttons.Add(new Button(AssignBudgetModal.ActionId, locale.Text("budget.button.assign"), budget.Id));
        if (ConsoleLinks.Budgets(region) is { } console)
            buttons.Add(new Button(BudgetConsoleButton.ActionId, locale.Text("budget.button.console"), budget.Id, console));
        blocks.Add(new ActionsBlock(buttons) { BlockId = "budget.buttons" });
        blocks.Add(new ContextBlock(
            new Mrkdwn(locale.Text("budget.context.told", ("when", CostText.Moment(budget.NoticedAt, locale))), Verbatim: true)));
        return new Message
        {
            Text = TextCut.Markup($"{locale.Text("budget.unread")}: {Mrkdwn.Literal(text.Split('\n')[0])}", 300),
            Blocks = blocks,
        };
    }

    private static SectionBlock Section(string text) => new(new Mrkdwn(TextCut.Markup(text, 2900), Verbatim: true));
}
