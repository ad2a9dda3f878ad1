using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>The message that asks for one approval of many remediations, and afterwards counts what became of them. Pure.</summary>
internal static class BatchMessage
{
    /// <summary>Resources that are named; the list has all.</summary>
    private const int NamesShown = 5;

    /// <summary>Accounts that have a line of their own.</summary>
    private const int AccountsShown = 10;

    /// <summary>The message.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="runs">Those of its remediations that need approval, as they stand.</param>
    /// <param name="locale">Whom it is written for.</param>
    /// <param name="mentions">Who is to decide, as Slack mentions them.</param>
    public static Message Render(
        RemediationBatch batch, IReadOnlyList<RemediationRun> runs, Locale locale, IReadOnlyList<string> mentions)
    {
        var isWaiting = IsWaiting(batch, runs);
        var heading = Heading(batch, runs, locale);
        var asked = locale.Text("remediation.asked_by", ("by", Mrkdwn.User(batch.RequestedBy)));
        var decides = isWaiting && mentions.Count > 0 ? $"  {string.Join(' ', mentions)}" : "";
        List<Block> blocks =
        [
            new SectionBlock(new Mrkdwn($"{heading}\n{asked}{decides}{Quoted(batch.Reason)}{Denied(batch, locale)}")),
        ];
        foreach (var kind in runs.GroupBy(run => (run.Plan.Document, run.Plan.Risk, run.Plan.Reversible)))
            blocks.Add(new SectionBlock(new Mrkdwn(TextCut.Markup(Kind([.. kind], locale), 2900), Verbatim: true)));
        if (!isWaiting) blocks.Add(new SectionBlock(new Mrkdwn(Counts(runs, locale), Verbatim: true)));
        blocks.Add(new ActionsBlock(Buttons(batch, runs.Count, isWaiting, locale)));
        if (isWaiting && batch.ExpiresAt is { } expires)
            blocks.Add(new ContextBlock(
                new Mrkdwn(locale.Text("remediation.expires", ("until", Mrkdwn.Date(expires, "{time}", locale.Time(expires)))))));
        return new Message { Text = $"{heading} · {Mrkdwn.User(batch.RequestedBy)}{decides}", Blocks = blocks };
    }

    /// <summary>Its first line.</summary>
    public static string Heading(RemediationBatch batch, IReadOnlyList<RemediationRun> runs, Locale locale)
    {
        var what = locale.Text(
            "remediation.batch.what",
            ("controls", Mrkdwn.Literal(string.Join(", ", runs.Select(run => run.Plan.Control).Distinct().Take(5)))),
            ("count", runs.Count));
        var (sign, state) = batch switch
        {
            _ when IsWaiting(batch, runs) => (runs.Max(run => run.Plan.Severity).Sign(), "awaiting"),
            { DecidedBy: not null, Decision: not null } => ("🚫", "denied"),
            // Nobody has decided: whatever else became of them, it is not done.
            { DecidedBy: null } => runs.All(run => run.State == RemediationRunState.Void) ? ("🚫", "void") : ("⌛", "expired"),
            _ when runs.Any(IsUnderWay) => ("⏳", "running"),
            _ when runs.All(IsGood) => ("✅", "done"),
            _ => ("⚠️", "partly"),
        };
        var by = batch.DecidedBy is { } decider ? Mrkdwn.User(decider) : "";
        return $"{sign} *{locale.Text($"remediation.batch.{state}", ("by", by))}* · {what}";
    }

    /// <summary>Whether somebody is still to decide.</summary>
    public static bool IsWaiting(RemediationBatch batch, IReadOnlyList<RemediationRun> runs) =>
        batch.DecidedBy is null && runs.Any(run => run.State == RemediationRunState.AwaitingApproval);

    private static List<BlockElement> Buttons(RemediationBatch batch, int count, bool isWaiting, Locale locale)
    {
        var buttons = new List<BlockElement>();
        if (isWaiting)
        {
            buttons.Add(new Button(
                ApproveButton.Action, locale.Text("remediation.button.approve_all"), batch.Id, Style: ButtonStyle.Primary));
            buttons.Add(new Button(ChooseModal.Action, locale.Text("remediation.button.choose"), batch.Id));
            buttons.Add(new Button(DenyModal.Action, locale.Text("remediation.button.deny"), batch.Id, Style: ButtonStyle.Danger));
        }

        buttons.Add(new Button(BatchListButton.Action, locale.Text("remediation.button.list", ("count", count)), batch.Id));
        return buttons;
    }

    private static string Kind(IReadOnlyList<RemediationRun> runs, Locale locale)
    {
        var plan = runs[0].Plan;
        var lines = new List<string>
        {
            locale.Text("remediation.all.on", ("document", Mrkdwn.Code(plan.Document)), ("count", runs.Count)),
            Mrkdwn.Escape(plan.Changes.In(locale)),
            $"{locale.Text("remediation.plan.risk")}: {locale.Text($"remediation.risk.{plan.Risk.ToString().ToLowerInvariant()}")} · " +
                $"{locale.Text($"remediation.reversible.{plan.Reversible.ToString().ToLowerInvariant()}")}",
        };
        var accounts = runs.GroupBy(run => (run.Plan.Account, run.Plan.AccountName)).OrderByDescending(account => account.Count()).ToList();
        lines.AddRange(accounts.Take(AccountsShown).Select(account =>
            $"• {AccountText.Of(account.Key.Account, account.Key.AccountName)}: {account.Count()}"));
        if (accounts.Count > AccountsShown) lines.Add(locale.Text("list.more", ("count", accounts.Count - AccountsShown)));
        var names = runs.OrderByDescending(run => run.Plan.Severity).Take(NamesShown)
            .Select(run => Mrkdwn.Literal(TextCut.Plain(run.Plan.ResourceName, 100)));
        var more = runs.Count > NamesShown ? $" · {locale.Text("list.more", ("count", runs.Count - NamesShown))}" : "";
        lines.Add($"{string.Join(", ", names)}{more}");
        return string.Join('\n', lines);
    }

    private static string Counts(IReadOnlyList<RemediationRun> runs, Locale locale) => string.Join(
        " · ",
        runs.GroupBy(run => run.State).OrderBy(state => state.Key).Select(state =>
            $"{locale.Text($"remediation.count.{state.Key.ToString().ToLowerInvariant()}")} {state.Count()}"));

    private static bool IsUnderWay(RemediationRun run) => run.State is RemediationRunState.AwaitingApproval or RemediationRunState.Starting
        or RemediationRunState.Running or RemediationRunState.Verifying;

    private static bool IsGood(RemediationRun run) => run.State is RemediationRunState.Resolved or RemediationRunState.Corrected;

    private static string Denied(RemediationBatch batch, Locale locale) => batch.Decision is { Length: > 0 } why
        ? $"\n*{locale.Text("remediation.deny.reason")}*{Quoted(why)}"
        : "";

    private static string Quoted(string? reason) => string.IsNullOrEmpty(reason)
        ? ""
        : "\n" + string.Join('\n', Mrkdwn.Literal(reason).Split('\n').Select(line => "> " + line));
}
