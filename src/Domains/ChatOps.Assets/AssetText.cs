using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Assets;

/// <summary>The words about assets that several views use. All of it is markup, escaped. Pure.</summary>
internal static class AssetText
{
    private static readonly string[] TellingTags = ["env", "environment", "stage", "owner", "team", "servicetype", "service"];

    /// <summary>A short text from outside.</summary>
    public static string Piece(string? text, int max = 120) => TextCut.Markup(Mrkdwn.Literal(text), max);

    /// <summary>The values of the tags that say whose it is: <c>PROD · SECURITY</c>.</summary>
    public static string Telling(Asset asset) => string.Join(" · ", TellingTags
        .SelectMany(key => asset.Tags.Where(tag => AssetRow.KeysOf(tag.Key).Contains(key)).Take(1)).Take(3)
        .Where(tag => tag.Value.Length > 0).Select(tag => Piece(tag.Value, 60)));

    /// <summary><c>🔴 2 findings</c>; empty when there are none.</summary>
    public static string Findings(OpenFindings? open, Locale locale) => open is null ? "" : $"{FindingFormat.Sign(open.Worst)} {locale.Text("asset.findings", ("count", open.Count))}";

    public static string Moment(DateTimeOffset at, Locale locale) => Mrkdwn.Date(at, "{date_short_pretty} {time}", locale.DayAndTime(at));

    /// <summary>One line for lists.</summary>
    public static string Line(Asset asset, string accountName, OpenFindings? open, Locale locale)
    {
        var gone = asset.DeletedAt is null ? "" : locale.Text("asset.deleted");
        string[] parts = [$"{Piece(ResourceType.Short(asset.Type), 60)}", Piece($"{accountName} {asset.Region}", 80), Telling(asset), Findings(open, locale), gone];
        return $"*{Piece(TextCut.Plain(asset.Name, 80), 100)}*  {string.Join(" · ", parts.Where(part => part.Length > 0))}";
    }
}
