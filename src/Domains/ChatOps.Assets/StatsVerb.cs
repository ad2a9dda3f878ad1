using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Assets;

/// <summary>The estate in figures.</summary>
internal sealed record AssetStats(
    long Total, long Untagged, long CreatedLately, IReadOnlyList<(string Key, long Count)> Types,
    IReadOnlyList<(string Key, long Count)> Accounts, IReadOnlyList<(string Key, long Count)> Regions)
{
    /// <summary>What the figures are of, as it was typed; empty for the whole estate.</summary>
    public string Asked { get; init; } = "";
}

/// <summary><c>/asset stats</c>: how many of what, where, with a picture.</summary>
internal sealed partial class StatsVerb(
    IDatabase database, AssetSearcher searcher, AssetAnswers answers, IEnumerable<IPainter> painters, IEnumerable<IPictures> pictures,
    TimeProvider time, ILogger<StatsVerb> logger) : IAssetVerb
{
    private const int TypesDrawn = 12;
    private const int TypesListed = 10;
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public string Name => "stats";

    public int Order => 70;

    public async Task HandleAsync(
        SlashCommand command, string rest, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var filter = searcher.Read(rest);
        AssetStats stats;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            var condition = await searcher.ConditionAsync(connection, filter, cancellationToken);
            var (untagged, created) = await AssetStore.CountTagsAsync(connection, condition, time.GetUtcNow() - Lately, cancellationToken);
            var types = await AssetStore.CountByAsync(connection, condition, "type", cancellationToken);
            stats = new AssetStats(
                types.Sum(type => type.Count), untagged, created, types,
                await AssetStore.CountByAsync(connection, condition, "account", cancellationToken),
                await AssetStore.CountByAsync(connection, condition, "region", cancellationToken))
            {
                Asked = filter.Typed,
            };
        }

        if (stats.Total == 0 && await searcher.DoubtAsync(filter, cancellationToken) is { } doubt)
        {
            await respond.Ephemeral(FilterFaultText.Render(doubt, locale), cancellationToken);
            return;
        }

        await respond.Ephemeral(
            Render(stats, answers.AccountNames, await DrawAsync(stats, locale, cancellationToken), locale), cancellationToken);
    }

    /// <summary>Pure.</summary>
    /// <param name="stats">The figures.</param>
    /// <param name="accounts">What accounts are called.</param>
    /// <param name="picture">The picture's file in Slack with what it shows; null when there is none.</param>
    /// <param name="locale">The asker's.</param>
    internal static Message Render(
        AssetStats stats, IReadOnlyDictionary<string, string> accounts, (string FileId, string Alt)? picture, Locale locale)
    {
        var head = locale.Text("asset.stats.head", ("count", stats.Total));
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(
                $"*{head}*{(stats.Asked.Length == 0 ? "" : $"  {Mrkdwn.Code(stats.Asked)}")}\n" +
                $"{locale.Text("asset.stats.untagged", ("count", stats.Untagged), ("share", locale.Percent(stats.Total == 0
                    ? 0
                    : (double)stats.Untagged / stats.Total)))} · {locale.Text("asset.stats.created", ("count", stats.CreatedLately))}",
                Verbatim: true)),
        };
        if (picture is var (file, alt)) blocks.Add(new ImageBlock(alt) { SlackFile = new SlackFile(file) });
        blocks.Add(SectionBlock.OfFields(
            new Mrkdwn(
                $"*{locale.Text("asset.stats.accounts")}*\n{Lines(stats.Accounts, key => accounts.GetValueOrDefault(key, key), locale)}",
                Verbatim: true),
            new Mrkdwn($"*{locale.Text("asset.stats.regions")}*\n{Lines(stats.Regions, key => key, locale)}", Verbatim: true)));
        blocks.Add(new SectionBlock(new Mrkdwn(
            $"*{locale.Text("asset.stats.types")}*\n{Lines(stats.Types, ResourceType.Short, locale)}", Verbatim: true))
        { Expand = true });
        return new Message { Text = head, Blocks = blocks };
    }

    private static string Lines(IReadOnlyList<(string Key, long Count)> counts, Func<string, string> nameOf, Locale locale)
    {
        if (counts.Count == 0) return "–";
        var lines = counts.Take(TypesListed).Select(count => $"{Mrkdwn.Cut(nameOf(count.Key), 80)}  {locale.Number(count.Count)}");
        var more = counts.Count > TypesListed ? $"\n{locale.Text("list.more", ("count", counts.Count - TypesListed))}" : "";
        return string.Join('\n', lines) + more;
    }

    private async Task<(string FileId, string Alt)?> DrawAsync(AssetStats stats, Locale locale, CancellationToken cancellationToken)
    {
        if (stats.Types.Count == 0 || painters.FirstOrDefault() is not { } painter || pictures.FirstOrDefault() is not { } upload)
            return null;
        var picture = painter.Draw(
            new BarChart(locale.Text("asset.stats.chart"), [
                .. stats.Types.Take(TypesDrawn).Select(type => (ResourceType.Short(type.Key), (double)type.Count, (double?)null))
            ]), locale);
        try
        {
            return (await upload.UploadAsync(picture, "assets.png", cancellationToken), picture.Alt);
        }
        catch (SlackException fault)
        {
            // The figures are the answer; the picture is beside them.
            LogNotUploaded(fault);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The picture of /asset stats could not be uploaded")]
    private partial void LogNotUploaded(Exception fault);
}
