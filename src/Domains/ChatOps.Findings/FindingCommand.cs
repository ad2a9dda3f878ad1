using ChatOps.Kernel.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary><c>/finding list | show | help</c>. Only the asker sees the answer.</summary>
internal sealed class FindingCommand(FindingQueries queries, FindingFilters filters, ILocales locales) : ISlashCommandHandler
{
    static string ISlashCommandHandler.Command => "/finding";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        var words = command.Text.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var rest = words is [_, var more] ? more : "";
        var answer = words is [var first, ..] ? first.ToLowerInvariant() : "list";
        await respond.Ephemeral(
            answer switch
            {
                "list" => await queries.ListAsync(rest, 0, locale, cancellationToken),
                "show" when rest.Length > 0 => await queries.ShowAsync(rest, locale, cancellationToken),
                "help" or "show" => FindingListMessage.Help(filters.Grammar, locale),
                // Who begins with a filter wants the list of what it finds.
                _ when FilterGrammar.HasKey(words[0].TrimStart('-', '!')) =>
                    await queries.ListAsync(command.Text, 0, locale, cancellationToken),
                _ => FindingListMessage.Help(filters.Grammar, locale, words[0]),
            },
            cancellationToken);
    }
}
