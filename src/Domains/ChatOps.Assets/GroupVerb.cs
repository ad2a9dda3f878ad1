using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary><c>/asset group</c>: the resource groups; with a name, what is in that one.</summary>
internal sealed class GroupVerb(IDatabase database, AssetAnswers answers) : IAssetVerb
{
    private const int Shown = 30;

    public string Name => "group";

    public int Order => 60;

    public async Task HandleAsync(SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        IReadOnlyList<AssetGroup> groups;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            groups = await AssetSyncStore.GroupsAsync(connection, rest.Trim('"'), Shown + 1, cancellationToken);
            if (groups.Count == 0 && rest.Length > 0) groups = [.. (await AssetSyncStore.GroupsAsync(connection, "", 1000, cancellationToken)).Where(group => group.Name.Contains(rest.Trim('"'), StringComparison.OrdinalIgnoreCase))];
        }

        var named = rest.Length > 0 && groups.Count > 0 && groups.All(group => string.Equals(group.Name, groups[0].Name, StringComparison.OrdinalIgnoreCase));
        await respond.Ephemeral(
            named
                ? await answers.FindAsync(new ValueTerm("group", new TermValues([groups[0].Name]), false).ToString(), 0, locale, cancellationToken)
                : Render(groups, rest, answers.AccountNames, locale),
            cancellationToken);
    }

    internal static Message Render(IReadOnlyList<AssetGroup> groups, string asked, IReadOnlyDictionary<string, string> accounts, Locale locale)
    {
        if (groups.Count == 0)
        {
            var none = asked.Length > 0 ? locale.Text("asset.group.none-named", ("name", Mrkdwn.Code(TextCut.Plain(asked, 80)))) : locale.Text("asset.group.none");
            return new Message { Text = none };
        }

        var head = locale.Text("asset.group.head", ("count", Math.Min(groups.Count, Shown)), ("more", groups.Count > Shown ? "+" : ""));
        var lines = groups.Take(Shown).Select(group =>
            $"*{AssetText.Piece(group.Name, 80)}*  {locale.Text("asset.group.members", ("count", group.Members))} · {AssetText.Piece($"{accounts.GetValueOrDefault(group.Account, group.Account)} {group.Region}")}"
            + (group.Description.Length > 0 ? $" · {AssetText.Piece(group.Description, 100)}" : ""));
        return new Message
        {
            Text = head,
            Blocks =
            [
                new SectionBlock(new Mrkdwn($"*{head}*", Verbatim: true)),
                .. lines.Chunk(10).Select(chunk => new SectionBlock(new Mrkdwn(string.Join('\n', chunk), Verbatim: true)) { Expand = true }),
                new ContextBlock(new Mrkdwn(locale.Text("asset.group.open"), Verbatim: true)),
            ],
        };
    }
}
