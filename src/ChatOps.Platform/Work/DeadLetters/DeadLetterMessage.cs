using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Work;

/// <summary>What operators read about a notice. Pure.</summary>
internal static class DeadLetterMessage
{
    private const string InboxSource = "inbox";
    private const int MaxError = 500;
    private const int MaxRaw = 1_200;
    private const int MaxSection = 2_900;

    /// <summary>The living message.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="newest">The newest of its letters; null when none waits.</param>
    /// <param name="raw">What that letter is about, as it came; null when it is gone.</param>
    /// <param name="locale">Who reads it.</param>
    public static Message Render(DeadLetterNotice notice, ListedLetter? newest, string? raw, Locale locale)
    {
        var headline = Headline(notice, locale);
        var blocks = new List<Block> { Section(headline) };
        if (notice.Open && newest is not null)
        {
            if (raw is not null) blocks.Add(Section(Mrkdwn.CodeBlock(TextCut.Plain(raw, MaxRaw))));
            blocks.Add(Buttons(notice.Subject.Key, notice.Waiting, locale));
            blocks.Add(new ContextBlock(new Mrkdwn(Context(newest, locale), Verbatim: true)));
        }

        return new Message { Text = TextCut.Markup(headline, MaxSection), Blocks = blocks };
    }

    /// <summary>State, what, and why: <c>⚠️ An event could not be read: …</c>.</summary>
    public static string Headline(DeadLetterNotice notice, Locale locale)
    {
        var what = $"{What(notice.Source, notice.Open ? notice.Waiting : notice.Retried + notice.Discarded, locale)}: " +
            $"{Literal(notice.Error, MaxError)}";
        if (notice.Open)
        {
            var decided = notice.Retried + notice.Discarded > 0 ? $"\n{Decisions(notice, locale)}" : "";
            return $"⚠️ {what}{decided}";
        }

        return $"{(notice.Retried > 0 ? "✅" : "⚪")} {Decisions(notice, locale)}\n{what}";
    }

    /// <summary>The letter for lists: id, what, why, how often and when.</summary>
    public static string Line(ListedLetter letter, Locale locale) =>
        $"*#{letter.Id.ToString(CultureInfo.InvariantCulture)}* · {SourceName(letter.Source, locale)} · " +
            $"{Mrkdwn.Code(letter.Kind)}\n{Literal(letter.Error, MaxError)}\n{Tries(letter, locale)}";

    /// <summary>The buttons of a letter or a notice; the value says which.</summary>
    public static ActionsBlock Buttons(string value, int count, Locale locale)
    {
        var confirm = new ConfirmationDialog(
            locale.Text("inbox.discard.title"), new Mrkdwn(locale.Text("inbox.discard.confirm", ("count", count))),
            locale.Text("inbox.button.discard"), locale.Text("inbox.discard.keep"), ButtonStyle.Danger);
        return new ActionsBlock(
        [
            new Button(
                RetryDeadLetterButton.Id,
                count > 1 ? locale.Text("inbox.button.retry-all", ("count", count)) : locale.Text("inbox.button.retry"), value,
                Style: ButtonStyle.Primary),
            new Button(
                DiscardDeadLetterButton.Id,
                count > 1 ? locale.Text("inbox.button.discard-all", ("count", count)) : locale.Text("inbox.button.discard"), value,
                Style: ButtonStyle.Danger, Confirm: confirm),
            new Button(DeadLetterModal.Id, locale.Text("inbox.button.details"), value),
            new Button(DownloadDeadLetterButton.Id, locale.Text("inbox.button.download"), value),
        ]);
    }

    /// <summary>What people call a source.</summary>
    public static string SourceName(string source, Locale locale) =>
        locale.Has($"inbox.source.{source}") ? locale.Text($"inbox.source.{source}") : Literal(source, 40);

    /// <summary>Text from outside, cut and shown as written.</summary>
    public static string Literal(string text, int max) => Mrkdwn.Literal(TextCut.Plain(text.ReplaceLineEndings(" "), max));

    /// <summary>How often, since when, and when last.</summary>
    public static string Tries(ListedLetter letter, Locale locale) => locale.Text(
        "inbox.tries", ("count", letter.Attempts), ("first", Moment(letter.FirstTriedAt, locale)),
        ("last", Moment(letter.LastTriedAt, locale)));

    private static string What(string source, int count, Locale locale) => source == InboxSource
        ? count == 1 ? locale.Text("inbox.headline.event") : locale.Text("inbox.headline.events", ("count", count))
        : count == 1
            ? locale.Text("inbox.headline.work", ("source", SourceName(source, locale)))
            : locale.Text("inbox.headline.works", ("source", SourceName(source, locale)), ("count", count));

    private static string Decisions(DeadLetterNotice notice, Locale locale)
    {
        if (notice is not { DecidedBy: { } user, DecidedAt: { } at }) return locale.Text("inbox.withdrawn");
        (string, object?) who = ("who", Mrkdwn.User(user)), when = ("when", Moment(at, locale));
        return (notice.Retried, notice.Discarded) switch
        {
            (_, 0) when !notice.Open => locale.Text("inbox.retried", who, when),
            (0, _) when !notice.Open => locale.Text("inbox.discarded", who, when),
            _ => locale.Text("inbox.decided", ("retried", notice.Retried), ("discarded", notice.Discarded), who, when),
        };
    }

    private static string Context(ListedLetter newest, Locale locale) =>
        $"#{newest.Id.ToString(CultureInfo.InvariantCulture)} · {Mrkdwn.Code(newest.Kind)} · {Tries(newest, locale)}";

    private static string Moment(long at, Locale locale)
    {
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(at);
        return Mrkdwn.Date(moment, "{date_short_pretty} {time}", locale.DayAndTime(moment));
    }

    private static SectionBlock Section(string markup) => new(new Mrkdwn(TextCut.Markup(markup, MaxSection), Verbatim: true));
}
