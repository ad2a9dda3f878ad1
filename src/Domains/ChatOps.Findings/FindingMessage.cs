using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>A finding's living message. Pure: the same finding always reads the same.</summary>
internal static class FindingMessage
{
    private const int MaxDescription = 240;
    private const int MaxAdvice = 240;
    private const int MaxSteps = 5;

    /// <summary>The message.</summary>
    public static Message Render(Finding finding, FindingView view, Locale locale) => new()
    {
        Text = Notification(finding, view, locale),
        Blocks = Blocks(finding, view, locale),
    };

    /// <summary>The blocks, for wherever the finding is shown whole: its message, and the modal opened from a list.</summary>
    public static IReadOnlyList<Block> Blocks(Finding finding, FindingView view, Locale locale)
    {
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(Headline(finding, locale), Verbatim: true)),
            new SectionBlock(new Mrkdwn(ResourceLine(finding, view, locale), Verbatim: true)) { Fields = Fields(finding, view, locale) },
        };
        if (Story(finding, locale) is { Length: > 0 } story)
            blocks.Add(new SectionBlock(new Mrkdwn(TextCut.Markup(story, 2990), Verbatim: true)));
        if (FindingButtons.Of(finding, view, locale) is { } buttons) blocks.Add(buttons);
        var context = FindingContext.Lines(finding, locale);
        if (context.Count > 0) blocks.Add(new ContextBlock([.. context.Select(line => new Mrkdwn(line, Verbatim: true))]));
        return blocks;
    }

    /// <summary>Tells the story alone: <c>CRITICAL: S3.8 on payroll-exports (PROD, SECURITY)</c>.</summary>
    private static string Notification(Finding finding, FindingView view, Locale locale)
    {
        var state = FindingText.State(finding.State, locale);
        var word = finding.Open ? locale.Severity(finding.Severity) : $"{char.ToUpper(state[0], locale.Culture)}{state[1..]}";
        var tags = FindingText.TagValues(finding, view.Vocabulary);
        var resource = Mrkdwn.Cut(FindingText.Resource(finding, view.AccountName), 200);
        return locale.Text(
            "finding.notification", ("word", word), ("what", Mrkdwn.Literal(FindingText.Short(finding))),
            ("resource", tags.Length > 0 ? $"{resource} ({tags})" : resource));
    }

    private static string Headline(Finding finding, Locale locale)
    {
        var severity = locale.Severity(finding.Severity);
        var title = FindingText.Title(finding);
        // What passes is informational to Security Hub: the word would only confuse.
        var rank = finding is { State: FindingState.Resolved, Severity: Severity.Informational } ? "" : $"*{severity}* · ";
        return StateLine(finding, locale) is { } state
            ? $"{state}\n{rank}{title}"
            : $"{finding.Severity.Sign()} *{severity}* · {title}";
    }

    /// <summary>The first line once something has happened; null while nobody has done anything.</summary>
    private static string? StateLine(Finding finding, Locale locale) => finding switch
    {
        { State: FindingState.Archived, GoneAt: not null } => $"⚪ {locale.Text("finding.line.gone", ("when", Closed(finding, locale)))}",
        { State: FindingState.Archived } => $"⚪ {locale.Text("finding.line.archived", ("who", FindingText.Teller(finding)))}",
        { Remediation: { IsUndo: true } undo } when !(undo.At < finding.ClosedAt) && UndoLine(undo, locale) is { } line => line,
        // Resolved by hand while its check fails: nobody has fixed it.
        { State: FindingState.Resolved, Compliance: not "FAILED", Remediation: { } mark } when IsGood(mark) => $"✅ {locale.Text(
            "finding.line.remediated", ("when", Closed(finding, locale)), ("who", Mrkdwn.User(mark.ByUserId)))}{Undoable(mark, locale)}",
        { State: FindingState.Resolved } => $"✅ {locale.Text("finding.line.resolved", ("when", Closed(finding, locale)))}",
        { State: FindingState.Suppressed, Suppressed: { } suppression } => $"⚪ {locale.Text(
            "finding.line.suppressed", ("until", FindingText.Day(suppression.Until, locale)), ("who", Mrkdwn.User(suppression.ByUserId)),
            ("reason", Mrkdwn.Literal(suppression.Reason)))}",
        { State: FindingState.Suppressed } => $"⚪ {locale.Text("finding.line.suppressed-elsewhere")}",
        { Remediation: { } mark } when RemediationLine(mark, locale) is { } line => line,
        { Assigned: { } assigned } => $"👤 {locale.Text("finding.line.assigned", ("who", Mrkdwn.User(assigned.ToUserId)))}",
        { Acknowledged: { } acknowledged } =>
            $"👀 {locale.Text(
                "finding.line.acknowledged", ("who", Mrkdwn.User(acknowledged.ByUserId)),
                ("when", FindingText.Moment(acknowledged.At, locale)))}",
        { State: FindingState.Acknowledged } => $"👀 {locale.Text("finding.line.acknowledged-elsewhere")}",
        _ => null,
    };

    private static string? RemediationLine(RemediationMark mark, Locale locale)
    {
        var (who, when) = (Mrkdwn.User(mark.ByUserId), FindingText.Moment(mark.At, locale));
        return mark.State switch
        {
            RemediationState.AwaitingApproval => $"⏳ {locale.Text("finding.line.awaiting-approval", ("who", who), ("when", when))}",
            RemediationState.Running => $"⏳ {locale.Text("finding.line.remediating", ("who", who), ("when", when))}",
            RemediationState.Waiting => $"⏳ {locale.Text("finding.line.waiting", ("what", Wait(mark.Detail, locale)), ("who", who))}",
            RemediationState.Verifying or RemediationState.Corrected when mark.RightSince is { } since => $"✅ {locale.Text(
                mark.IsPeriodic ? "finding.line.right-periodic" : "finding.line.right", ("when", FindingText.Moment(since, locale)))}" +
                Undoable(mark, locale),
            RemediationState.Verifying => $"⏳ {locale.Text("finding.line.verifying", ("who", who), ("when", when))}",
            RemediationState.Unverified => $"⚠️ {locale.Text(Unverified(mark.Detail, locale), ("when", when))}{Undoable(mark, locale)}",
            RemediationState.Failed => $"❌ {locale.Text("finding.line.failed", ("who", who), ("when", when))}",
            RemediationState.Denied => $"🚫 {locale.Text("finding.line.denied", ("when", when))}",
            RemediationState.Expired => $"⌛ {locale.Text("finding.line.expired", ("who", who), ("when", when))}",
            RemediationState.Void => $"🚫 {locale.Text("finding.line.void", ("when", when))}",
            RemediationState.Stopped => $"⏹️ {(mark.Detail is { } by
                ? locale.Text("finding.line.stopped", ("who", Mrkdwn.User(by)), ("when", when))
                : locale.Text("finding.line.stopped-elsewhere", ("when", when)))}",
            RemediationState.TimedOut => $"⌛ {locale.Text("finding.line.timed-out", ("when", when))}",
            _ => null,
        };
    }

    /// <summary>How the undoing of a remediation stands; null when it came to nothing.</summary>
    private static string? UndoLine(RemediationMark mark, Locale locale)
    {
        var (who, when) = (Mrkdwn.User(mark.ByUserId), FindingText.Moment(mark.At, locale));
        return mark.State switch
        {
            RemediationState.AwaitingApproval => $"⏳ {locale.Text("finding.line.undo-awaiting", ("who", who), ("when", when))}",
            RemediationState.Running or RemediationState.Waiting or RemediationState.Verifying =>
                $"⏳ {locale.Text("finding.line.undoing", ("who", who), ("when", when))}",
            RemediationState.Undone => $"↩️ {locale.Text("finding.line.undone", ("who", who), ("when", when))}",
            _ => null,
        };
    }

    private static bool IsGood(RemediationMark mark) => mark.State is RemediationState.Resolved or RemediationState.Corrected;

    private static string Undoable(RemediationMark mark, Locale locale) => mark.UndoUntil is { } until
        ? $" · {locale.Text("finding.line.undoable", ("until", FindingText.Moment(until, locale)))}"
        : "";

    /// <summary>What an automation waits for; AWS's own name where we have no words for it.</summary>
    private static string Wait(string? what, Locale locale) =>
        what is not null && locale.Has($"finding.wait.{what.ToLowerInvariant()}")
            ? locale.Text($"finding.wait.{what.ToLowerInvariant()}")
            : Mrkdwn.Literal(what ?? "–");

    private static string Unverified(string? cause, Locale locale) =>
        cause is not null && locale.Has($"finding.line.unverified-{cause.ToLowerInvariant()}")
            ? $"finding.line.unverified-{cause.ToLowerInvariant()}"
            : "finding.line.unverified";

    private static string Closed(Finding finding, Locale locale) => FindingText.Moment(finding.ClosedAt ?? finding.UpdatedAt, locale);

    private static string ResourceLine(Finding finding, FindingView view, Locale locale)
    {
        if (finding.Resources is not [var first, ..]) return $"*{FindingText.Account(finding, view.AccountName)}*";
        var more = finding.Resources.Count > 1 ? $"  {locale.Text("finding.more-resources", ("count", finding.Resources.Count - 1))}" : "";
        var console = ResourceText.Console(first) is { } url ? $"  {Mrkdwn.Link(url, locale.Text("finding.console"))}" : "";
        var (name, type) = first.Type == "AwsAccount"
            ? (FindingText.Account(finding, view.AccountName), locale.Text("finding.account-itself"))
            : (Mrkdwn.Cut(ResourceText.Name(first), 250), FindingText.Type(first));
        return $"*{name}*  {type}{console}{more}";
    }

    private static List<TextObject> Fields(Finding finding, FindingView view, Locale locale)
    {
        var fields = new List<TextObject>();
        void Add(string key, string value)
        {
            if (value.Length > 0) fields.Add(new Mrkdwn($"*{locale.Text(key)}*\n{value}", Verbatim: true));
        }

        // Two facts a field: on a phone every field is two lines.
        if (finding.Resources is [{ Type: "AwsAccount" }]) Add("finding.field.region", Mrkdwn.Cut(finding.Region));
        else
            Add("finding.field.account", string.Join(
                " · ",
                new[] { FindingText.Account(finding, view.AccountName), Mrkdwn.Cut(finding.Region) }.Where(part => part.Length > 0)));
        Add("finding.field.tags", FindingText.Tags(finding, view.Vocabulary));
        Add("finding.field.found-by", FindingText.FoundBy(finding));
        var (first, last) = (FindingText.Moment(finding.FirstSeen, locale), FindingText.Moment(finding.LastSeen, locale));
        // Seen once, it needs no second date; the sentence names what the two are.
        Add("finding.field.seen", finding.LastSeen - finding.FirstSeen < TimeSpan.FromMinutes(1)
            ? first
            : locale.Text("finding.seen", ("first", first), ("last", last)));
        if (finding.Resources is [var resource, ..])
        {
            if (resource.Details.TryGetValue("OpenToTheWorld", out var ports)) Add("finding.field.open-ports", Mrkdwn.Cut(ports, 200));
            if (finding.Resources.Select(findingResource => findingResource.Details.GetValueOrDefault("SensitiveData")).OfType<string>()
                .FirstOrDefault() is { } data)
                Add("finding.field.sensitive-data", Mrkdwn.Cut(data, 400));
        }

        if (finding.Compliance is { } compliance and not ("FAILED" or "PASSED"))
            Add("finding.field.check", Mrkdwn.Cut(compliance));
        return fields;
    }

    /// <summary>What is wrong, the CVE or the attacker, and what to do.</summary>
    private static string Story(Finding finding, Locale locale)
    {
        var lines = new List<string>();
        if (Description(finding) is { Length: > 0 } description) lines.Add(Mrkdwn.Cut(Shortened(description), MaxDescription + 2));
        if (finding.Compliance is "WARNING" or "NOT_AVAILABLE" && finding.ComplianceReason is { } reason)
            lines.Add(locale.Text("finding.check-reason", ("reason", Mrkdwn.Cut(reason, MaxAdvice))));
        lines.AddRange(finding.Vulnerabilities.Take(3).Select(vulnerability => FindingText.Vulnerability(vulnerability, locale)));
        if (finding.Vulnerabilities.Count > 3) lines.Add(locale.Text("finding.cve.more", ("count", finding.Vulnerabilities.Count - 3)));
        if (finding.Threat is { } threat) lines.Add(FindingText.Threat(threat, locale));
        lines.AddRange(FindingText.Sequence(finding, MaxSteps, locale));
        lines.AddRange(FindingText.Related(finding, MaxSteps, locale));
        if (Advice(finding, locale) is { Length: > 0 } advice) lines.Add(advice);
        return string.Join('\n', lines);
    }

    /// <summary>The description without the title that some products begin it with.</summary>
    private static string Description(Finding finding) =>
        finding.Title.Length > 0 && finding.Description.StartsWith(finding.Title, StringComparison.Ordinal)
            ? finding.Description[finding.Title.Length..].TrimStart(' ', '.')
            : finding.Description;

    /// <summary>Its first sentences, or its first words; the rest stands in Details.</summary>
    private static string Shortened(string text)
    {
        if (text.Length <= MaxDescription) return text;
        var sentence = text.LastIndexOf(". ", MaxDescription - 2, StringComparison.Ordinal);
        var end = sentence >= MaxDescription / 3 ? sentence + 1 : text.LastIndexOf(' ', MaxDescription - 2);
        return end > 0 ? $"{text[..end]} …" : text;
    }

    /// <summary>Advice that only says where else to look: the link, and the fixed version, stand there anyway.</summary>
    private static bool SaysNothing(string advice) =>
        advice.StartsWith(
            "For information on how to correct this issue, consult the AWS Security Hub controls documentation",
            StringComparison.OrdinalIgnoreCase)
        || advice.StartsWith("For directions on how to fix this issue, consult the AWS Security Hub", StringComparison.OrdinalIgnoreCase)
        || advice.StartsWith("Remediation is available. Please refer to the Fixed version", StringComparison.OrdinalIgnoreCase);

    private static string Advice(Finding finding, Locale locale)
    {
        if (!finding.Open) return "";
        var link = finding.RemediationUrl is { } url ? Mrkdwn.Link(url, locale.Text("finding.how-to-fix")) : "";
        var text = finding.RemediationText is { } advice && !SaysNothing(advice) ? Mrkdwn.Cut(advice, MaxAdvice) : "";
        return (text.Length, link.Length) switch
        {
            (0, 0) => "",
            (0, _) => link,
            (_, 0) => locale.Text("finding.advice", ("text", text)),
            _ => $"{locale.Text("finding.advice", ("text", text))} {link}",
        };
    }
}
