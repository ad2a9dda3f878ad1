using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using Microsoft.Extensions.Logging;

namespace ChatOps.Reports;

/// <summary>
/// An edition with its pictures: as Slack files in the edition, and as they are for e-mail, by the name its <c>cid:</c> uses.
/// </summary>
internal sealed record PublishedReport(Edition Edition, IReadOnlyDictionary<string, Picture> Pictures);

/// <summary>Draws a report's pictures and brings them to Slack. A picture that fails costs itself alone.</summary>
internal sealed partial class ReportPublisher(IPictures pictures, IPainter painter, ILogger<ReportPublisher> logger)
{
    /// <summary>The composed picture's name.</summary>
    public const string Composed = "report";

    private const int MaxTiles = 6;
    private const int MaxOfSection = 3;

    private static readonly Painter Tiles = new(PaintSize.Tile);

    /// <summary>The edition of a language with its pictures.</summary>
    public async Task<PublishedReport> PrintAsync(
        Report report, IReadOnlyList<Reading> readings, Locale locale, CancellationToken cancellationToken)
    {
        var (edition, drawn) = ReportEditor.Edit(report, readings, locale);
        var files = new Dictionary<string, Picture>(StringComparer.Ordinal);

        var tiles = drawn.Where(entry => entry.Section.Charts.Count > 0).Take(MaxTiles)
            .Select(entry => Try(entry.Id, () => entry.Section.Charts[0](Tiles))).OfType<Picture>().ToList();
        EditionPicture? composed = null;
        if (tiles.Count > 0 && Try("composed", () => Tiles.Compose($"{edition.Title}", tiles)) is { } whole)
        {
            files[Composed] = whole;
            composed = await UploadAsync(whole, $"{report.Id}-{locale.Language}.png", cancellationToken);
        }

        var sections = new List<EditionSection>();
        foreach (var section in edition.Sections)
        {
            var own = drawn.FirstOrDefault(entry => entry.Id == section.Id).Section;
            IEnumerable<Picture> extra = own is null
                ? []
                : own.Pictures.Concat(own.Charts.Skip(1).Select(chart => Try(section.Id, () => chart(painter))).OfType<Picture>());
            var shown = new List<EditionPicture>();
            foreach (var picture in extra.Take(MaxOfSection))
            {
                files[$"{section.Id}-{shown.Count}"] = picture;
                shown.Add(await UploadAsync(picture, $"{report.Id}-{section.Id}-{shown.Count}-{locale.Language}.png", cancellationToken));
            }

            sections.Add(section with { Pictures = shown });
        }

        return new PublishedReport(edition with { Picture = composed, Sections = sections }, files);
    }

    private async Task<EditionPicture> UploadAsync(Picture picture, string name, CancellationToken cancellationToken)
    {
        try
        {
            return new EditionPicture(await pictures.UploadAsync(picture, name, cancellationToken), picture.Alt);
        }
        catch (SlackCallException fault)
        {
            // The words say it all; the report must not wait for a picture.
            LogNotUploaded(logger, fault, name);
            return new EditionPicture(null, picture.Alt);
        }
    }

    private Picture? Try(string what, Func<Picture> draw)
    {
        try
        {
            return draw();
        }
        catch (Exception fault)
        {
            LogNotDrawn(logger, fault, what);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The report's picture {Name} could not be brought to Slack")]
    private static partial void LogNotUploaded(ILogger logger, Exception fault, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The report's picture of {Section} could not be drawn")]
    private static partial void LogNotDrawn(ILogger logger, Exception fault, string section);
}
