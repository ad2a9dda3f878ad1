using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Reports;

/// <summary><c>/report</c>: the report now, of yesterday, or for one's own eyes.</summary>
internal sealed class ReportCommand(ReportService runs, ReportDistribution distribution, ILocales locales) : ISlashCommandHandler
{
    public static string Command => "/report";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        switch (command.Text.Trim().ToLowerInvariant())
        {
            case "now":
                await RunAsync(ReportKind.Now, command, respond, locale, cancellationToken);
                break;
            case "yesterday":
                await RunAsync(ReportKind.Yesterday, command, respond, locale, cancellationToken);
                break;
            case "preview":
                await respond.Ephemeral(locale.Text("report.reading"), cancellationToken);
                await PreviewAsync(respond, locale, cancellationToken);
                break;
            case "" or "help":
                await respond.Ephemeral(locale.Text("report.help"), cancellationToken);
                break;
            case var other:
                await respond.Ephemeral(
                    $"{locale.Text("report.unknown", ("what", Mrkdwn.Escape(TextCut.Plain(other, 60))))}\n{locale.Text("report.help")}",
                    cancellationToken);
                break;
        }
    }

    private async Task RunAsync(
        ReportKind kind, SlashCommand command, SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var channels = string.Join(", ", distribution.Channels.Select(to => Mrkdwn.Escape(to.Channel)));
        var made = await runs.RunAsync(kind, command.UserId, cancellationToken);
        await respond.Ephemeral(locale.Text(made ? "report.made" : "report.already", ("channels", channels)), cancellationToken);
    }

    private async Task PreviewAsync(SlashCommandResponder respond, Locale locale, CancellationToken cancellationToken)
    {
        var message = ReportMessage.RenderPreview(await runs.PreviewAsync(locale, cancellationToken), locale);
        try
        {
            await respond.Ephemeral(message, cancellationToken);
        }
        catch (SlackException)
        {
            // Slack may not show somebody a file that was never shared; the words it takes.
            await respond.Ephemeral(ReportMessage.WithoutPictures(message), cancellationToken);
        }
    }
}
