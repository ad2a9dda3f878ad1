using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Assets;

/// <summary><c>/asset group</c>: the resource groups; with a name, what is in that one.</summary>
internal sealed class GroupVerb(
    IDatabase database, AssetAnswers answers, IAwsAccounts accounts, ILocales locales, TimeProvider time) : IAssetVerb
{
    private const int Shown = 30;
    private const int MaxGroups = 1000;

    /// <summary>What groups are filtered by; words are looked for in their names.</summary>
    private readonly FilterGrammar _grammar = new(
        "group", [
            new(AssetFilters.Name, FilterKind.Text, "이름") { Example = "name:pay*" }, AwsFilterKeys.Account(accounts),
            AwsFilterKeys.Region(accounts)
        ]);

    public string Name => "group";

    public int Order => 60;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        if (!_grammar.TryRead(rest, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out var filter, out var fault))
        {
            await respond.Ephemeral(FilterFaultText.Render(fault!, locale), cancellationToken);
            return;
        }

        IReadOnlyList<AssetGroup> groups;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            // Who writes a whole name means that group, whatever else holds it.
            groups = filter.SingleText is { } name ? await AssetSyncStore.GroupsAsync(connection, name, Shown + 1, cancellationToken) : [];
            if (groups.Count == 0)
                groups = [.. (await AssetSyncStore.GroupsAsync(connection, "", MaxGroups, cancellationToken))
                    .Where(group => Holds(filter, group))];
        }

        if (groups.Count == 0 && filter.Doubts is [var doubt, ..])
        {
            await respond.Ephemeral(FilterFaultText.Render(doubt, locale), cancellationToken);
            return;
        }

        var named = rest.Length > 0 && groups.Count > 0
            && groups.All(group => string.Equals(group.Name, groups[0].Name, StringComparison.OrdinalIgnoreCase));
        await respond.Ephemeral(
            named
                ? await answers.FindAsync(
                    new FilterValues(AssetFilters.Group, [FilterText.Literal(groups[0].Name)]).ToString(), 0, locale, cancellationToken)
                : Render(groups, rest, answers.AccountNames, locale),
            cancellationToken);
    }

    private static bool Holds(Filter filter, AssetGroup group) => filter.Matches(term => term switch
    {
        FilterWord word => word.Text.IsIn(group.Name),
        FilterValues { Key: AssetFilters.Name } names => names.Values.Any(value => value.IsIn(group.Name)),
        FilterValues { Key: AwsFilterKeys.AccountName } accounts => accounts.Values.Any(value => value.Matches(group.Account)),
        FilterValues { Key: AwsFilterKeys.RegionName } regions => regions.Values.Any(value => value.Matches(group.Region)),
        _ => throw new InvalidOperationException($"Nothing of a group to compare {term} with."),
    });

    internal static Message Render(
        IReadOnlyList<AssetGroup> groups, string asked, IReadOnlyDictionary<string, string> accounts, Locale locale)
    {
        if (groups.Count == 0)
        {
            var none = asked.Length > 0
                ? locale.Text("asset.group.none-named", ("name", Mrkdwn.Code(TextCut.Plain(asked, 80))))
                : locale.Text("asset.group.none");
            return new Message { Text = none };
        }

        var head = locale.Text("asset.group.head", ("count", Math.Min(groups.Count, Shown)), ("more", groups.Count > Shown ? "+" : ""));
        var lines = groups.Take(Shown).Select(group =>
            $"*{Mrkdwn.Cut(group.Name, 80)}*  {locale.Text("asset.group.members", ("count", group.Members))} · " +
            $"{Mrkdwn.Cut($"{accounts.GetValueOrDefault(group.Account, group.Account)} {group.Region}")}"
            + (group.Description.Length > 0 ? $" · {Mrkdwn.Cut(group.Description, 100)}" : ""));
        return new Message
        {
            Text = head,
            Blocks =
            [
                new SectionBlock(new Mrkdwn($"*{head}*", Verbatim: true)),
                .. lines.Chunk(10).Select(
                    chunk => new SectionBlock(new Mrkdwn(string.Join('\n', chunk), Verbatim: true)) { Expand = true }),
                new ContextBlock(new Mrkdwn(locale.Text("asset.group.open"), Verbatim: true)),
            ],
        };
    }
}
