using ChatOps.Kernel.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary><c>/alert list | show | silence | silences | query | help</c>. Only the asker sees the answer.</summary>
internal sealed class AlertCommand(
    AlertQueries queries, AlertFilters filters, AlertActions actions, ILocales locales, TimeProvider time) : ISlashCommandHandler
{
    static string ISlashCommandHandler.Command => "/alert";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        // Slack escapes these three in whatever is typed.
        var typed = Unescaped(command.Text);
        var words = typed.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var rest = words is [_, var more] ? more : "";
        var answer = words is [var first, ..] ? first.ToLowerInvariant() : "list";
        await respond.Ephemeral(
            answer switch
            {
                "list" => await queries.ListAsync(rest, 0, locale, cancellationToken),
                "show" when rest.Length > 0 => await queries.ShowAsync(rest, locale, cancellationToken),
                "silence" => await SilenceAsync(command, rest, locale, cancellationToken),
                "silences" => await queries.SilencesAsync(locale, cancellationToken),
                "query" => await queries.QueryAsync(rest, locale, cancellationToken),
                "help" or "show" => AlertListMessage.Help(filters.Grammar, locale),
                // Who begins with a filter wants the list of what it finds.
                _ when FilterGrammar.HasKey(words[0].TrimStart('-', '!')) =>
                    await queries.ListAsync(typed, 0, locale, cancellationToken),
                _ => AlertListMessage.Help(filters.Grammar, locale, words[0]),
            },
            cancellationToken);
    }

    /// <summary>The ampersand last: <c>&amp;amp;lt;</c> was typed as <c>&amp;lt;</c>.</summary>
    internal static string Unescaped(string text) => text.Replace("&lt;", "<", StringComparison.Ordinal)
        .Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    private async Task<Message> SilenceAsync(SlashCommand command, string typed, Locale locale, CancellationToken cancellationToken)
    {
        if (!SilenceRequest.TryParse(typed, out var asked, out var wrong))
            return Say($"{locale.Text(wrong)}\n{locale.Text("alert.silence.usage")}");
        var (by, until) = (new AlertActor(command.UserId, command.UserName), time.GetUtcNow() + asked.Length);
        if (asked.Name is null)
        {
            var server = await queries.ServerOfAsync(asked.Server, asked.Matchers, cancellationToken);
            await actions.SilenceAsync(by, asked.Matchers, until, asked.Reason, cancellationToken, server);
            return Say(locale.Text(
                "alert.silence.asked",
                ("what", string.Join(' ', asked.Matchers.Select(matcher => Mrkdwn.Code(TextCut.Plain(matcher.ToString(), 200))))),
                ("until", AlertText.Moment(until, locale))));
        }

        if (await queries.FindAsync(asked.Name, cancellationToken) is not { } group)
            return Say(locale.Text("alert.silence.unknown", ("name", Mrkdwn.Code(TextCut.Plain(asked.Name, 80)))));
        await actions.SilenceAsync(by, group.Id, until, asked.Reason, cancellationToken);
        return Say(locale.Text("alert.silence.asked", ("what", AlertText.Name(group)), ("until", AlertText.Moment(until, locale))));
    }

    private static Message Say(string text) => new() { Text = text, Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true))] };
}
