using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>
/// The menu of a group's silences: an hour, four, until the next working morning, or another time. Each opens the modal, which shows what
/// is silenced before it is.
/// </summary>
internal sealed class SilenceMenu(AlertViews views, SilenceModal modal, TimeProvider time) : IBlockActionHandler
{
    public const string ActionId = "alert.silence";

    private const string Custom = "custom";
    private const string Tomorrow = "tomorrow";

    static string IBlockActionHandler.ActionId => ActionId;

    /// <summary>An option's value is what is chosen and for which group: <c>1h:k3v9…</c>.</summary>
    public static StaticSelect Render(AlertGroup group, Locale locale) => new(
        ActionId,
        [
            new Option(locale.Text("alert.silence.1h"), $"1h:{group.Id}"),
            new Option(locale.Text("alert.silence.4h"), $"4h:{group.Id}"),
            new Option(locale.Text("alert.silence.tomorrow"), $"{Tomorrow}:{group.Id}"),
            new Option(locale.Text("alert.silence.custom"), $"{Custom}:{group.Id}"),
        ])
    {
        Placeholder = locale.Text(
            group.Silence is { Progress: SilenceProgress.Active } ? "alert.button.extend"
            : group.Source == AlertSource.CloudWatch ? "alert.button.mute" : "alert.button.silence"),
    };

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (what, id) = (request.SelectedOption?.Value ?? "").Split(':', 2) is [var chosen, var subject] ? (chosen, subject) : ("", "");
        var now = time.GetUtcNow();
        var until = what switch
        {
            "4h" => now.AddHours(4),
            Tomorrow => Morning(now, (await views.LocaleOf(request, cancellationToken)).Zone),
            Custom => DateTimeOffset.FromUnixTimeSeconds(now.AddHours(8).ToUnixTimeSeconds() / 1800 * 1800),
            _ => now.AddHours(1),
        };
        await modal.OpenAsync(request, id, until, cancellationToken);
    }

    /// <summary>Nine o'clock of the next working day in the zone.</summary>
    internal static DateTimeOffset Morning(DateTimeOffset now, TimeZoneInfo zone)
    {
        var day = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) day = day.AddDays(1);
        var nine = day.AddHours(9);
        return new DateTimeOffset(nine, zone.GetUtcOffset(nine)).ToUniversalTime();
    }
}
