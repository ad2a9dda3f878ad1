using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Assets;

/// <summary>The words about assets that several views use. All of it is markup, escaped. Pure.</summary>
internal static class AssetText
{
    /// <summary>The values of the tags that say whose it is: <c>PROD · SECURITY</c>.</summary>
    public static string Described(Asset asset, TagVocabulary vocabulary) =>
        string.Join(" · ", vocabulary.Describe(asset.Tags).Select(tag => Mrkdwn.Cut(tag.Value, 60)));

    /// <summary><c>🔴 2 findings</c>; empty when there are none.</summary>
    public static string Findings(OpenFindings? open, Locale locale) =>
        open is null ? "" : $"{open.Worst.Sign()} {locale.Text("asset.findings", ("count", open.Count))}";

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    /// <summary>One line for lists.</summary>
    public static string Line(Asset asset, string accountName, OpenFindings? open, TagVocabulary vocabulary, Locale locale)
    {
        var gone = asset.DeletedAt is null ? "" : locale.Text("asset.deleted");
        string[] parts =
        [
            $"{Mrkdwn.Cut(ResourceType.Short(asset.Type), 60)}", Mrkdwn.Cut($"{accountName} {asset.Region}", 80),
            Described(asset, vocabulary), Findings(open, locale), gone,
        ];
        return $"*{Mrkdwn.Cut(TextCut.Plain(asset.Name, 80), 100)}*  {string.Join(" · ", parts.Where(part => part.Length > 0))}";
    }
}
