using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Alerts;

/// <summary>The menu of a group's silences: an hour, four, until tomorrow morning, or whatever the modal is told.</summary>
internal sealed class SilenceMenu(AlertViews views, AlertActions actions, SilenceModal modal, TimeProvider time) : IBlockActionHandler
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
        Placeholder = locale.Text(group.Source == AlertSource.CloudWatch ? "alert.button.mute" : "alert.button.silence"),
    };

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var (what, id) = (request.SelectedOption?.Value ?? "").Split(':', 2) is [var chosen, var subject] ? (chosen, subject) : ("", "");
        if (what == Custom)
        {
            await modal.OpenAsync(request, id, cancellationToken);
            return;
        }

        var now = time.GetUtcNow();
        var until = what switch
        {
            "4h" => now.AddHours(4),
            Tomorrow => Morning(now, (await views.LocaleOf(request, cancellationToken)).Zone),
            _ => now.AddHours(1),
        };
        await views.ActAsync(request, id, (by, group) => actions.SilenceAsync(by, group, until, "", cancellationToken), cancellationToken);
    }

    /// <summary>Nine o'clock of the next day in the zone.</summary>
    internal static DateTimeOffset Morning(DateTimeOffset now, TimeZoneInfo zone)
    {
        var nine = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1).AddHours(9);
        return new DateTimeOffset(nine, zone.GetUtcOffset(nine)).ToUniversalTime();
    }
}
