using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary><c>/asset</c>: a verb and what follows it. What begins with no verb is searched for.</summary>
internal sealed class AssetCommand(IEnumerable<IAssetVerb> verbs, ILocales locales) : ISlashCommandHandler
{
    static string ISlashCommandHandler.Command => "/asset";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        var text = command.Text.Trim();
        var words = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var word = words is [var first, ..] ? first.ToLowerInvariant() : HelpVerb.Word;
        var verb = verbs.FirstOrDefault(assetVerb => assetVerb.Name == word);
        await (verb ?? verbs.First(assetVerb => assetVerb.Name == FindVerb.Word))
            .HandleAsync(command, verb is null ? text : words is [_, var more] ? more : "", respond, locale, cancellationToken);
    }
}

/// <summary><c>/asset find</c>.</summary>
internal sealed class FindVerb(AssetAnswers answers) : IAssetVerb
{
    public const string Word = "find";

    public string Name => Word;

    public int Order => 10;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken) =>
        await respond.Ephemeral(await answers.FindAsync(rest, 0, locale, cancellationToken), cancellationToken);
}

/// <summary><c>/asset show</c>.</summary>
internal sealed class ShowVerb(AssetAnswers answers) : IAssetVerb
{
    public string Name => "show";

    public int Order => 20;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        if (rest.Length == 0) await respond.Ephemeral(locale.Text("asset.show.what"), cancellationToken);
        else await respond.Ephemeral(await answers.ShowAsync(rest, locale, cancellationToken), cancellationToken);
    }
}

/// <summary><c>/asset help</c>: a line of each verb, ours and other domains'.</summary>
internal sealed class HelpVerb(Lazy<IEnumerable<IAssetVerb>> verbs, AssetSearcher searcher) : IAssetVerb
{
    public const string Word = "help";

    public string Name => Word;

    public int Order => 1000;

    public Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken) =>
        respond.Ephemeral(
            Render([.. verbs.Value.OrderBy(verb => verb.Order).Select(verb => verb.Name)], searcher.Grammar, locale), cancellationToken);

    internal static Message Render(IReadOnlyList<string> names, FilterGrammar grammar, Locale locale)
    {
        var verbs = $"{locale.Text("asset.help")}\n{string.Join('\n', names.Select(name => locale.Text($"asset.help.{name}")))}";
        return new Message
        {
            Text = $"{verbs}\n{FilterHelp.Lines(grammar, locale)}",
            Blocks = [new SectionBlock(new Mrkdwn(verbs, Verbatim: true)) { Expand = true }, FilterHelp.Block(grammar, locale)],
        };
    }
}
