using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>Draws charts and brings them to Slack. A picture that cannot be had costs the picture alone.</summary>
internal sealed partial class CostPictures(
    IPainter painter, IPictures pictures, ILocales locales, CostExplorer costs, ILogger<CostPictures> logger)
{
    /// <summary>A budget's picture in each language that it is shown in; empty when there is none.</summary>
    public async Task<IReadOnlyDictionary<string, BudgetPicture>> OfBudgetAsync(
        Budget budget, BudgetReading reading, IReadOnlyList<string?> languages, CancellationToken cancellationToken)
    {
        var drawn = new Dictionary<string, BudgetPicture>(StringComparer.Ordinal);
        foreach (var locale in languages.Select(locales.For).DistinctBy(locale => locale.Language))
        {
            if (CostCharts.OfBudget(budget, reading, costs.Today, locale) is not { } chart) continue;
            if (await UploadAsync(
                painter.Draw(chart, locale), $"budget-{budget.Id}-{locale.Language}.png", cancellationToken) is { } picture)
                drawn[locale.Language] = picture;
        }

        return drawn;
    }

    /// <summary>A block with a picture; null when there is none.</summary>
    public async Task<ImageBlock?> BlockAsync(Func<IPainter, Picture?> draw, string fileName, CancellationToken cancellationToken) =>
        draw(painter) is { } picture && await UploadAsync(picture, fileName, cancellationToken) is { } there ? Block(there) : null;

    /// <summary>A picture that is drawn but goes elsewhere than to Slack.</summary>
    public Picture Draw(Func<IPainter, Picture> draw) => draw(painter);

    /// <summary>A picture that Slack has, as a block.</summary>
    public static ImageBlock Block(BudgetPicture picture) =>
        new(TextCut.Plain(picture.Alt, 2000)) { SlackFile = new SlackFile(picture.FileId) };

    /// <summary>Brings a picture to Slack; null when Slack does not take it.</summary>
    public async Task<BudgetPicture?> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken)
    {
        try
        {
            return new BudgetPicture(await pictures.UploadAsync(picture, fileName, cancellationToken), picture.Alt);
        }
        catch (Exception fault) when (fault is SlackCallException or HttpRequestException or TimeoutException)
        {
            LogNoPicture(fault, fileName);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack did not take the picture {Picture}")]
    private partial void LogNoPicture(Exception fault, string picture);
}
