using System.Reflection;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Operations;

/// <summary><c>/chatops</c>: the bot itself. Who may do what, who did what, and how it is.</summary>
internal sealed partial class ChatOpsCommand(
    AccessRules access, AuditLog audit, IEnumerable<IStatusSection> sections, IEnumerable<IChatOpsVerb> verbs, ILocales locales,
    ILogger<ChatOpsCommand> logger) : ISlashCommandHandler
{
    private const int EntriesShown = 20;

    public static string Command => "/chatops";

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        var locale = await locales.OfUserAsync(command.UserId, cancellationToken);
        var words = command.Text.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var word = words is [var first, ..] ? first.ToLowerInvariant() : "";
        var message = word switch
        {
            _ when verbs.FirstOrDefault(verb => verb.Name == word) is { } verb =>
                await verb.AnswerAsync(command, words is [_, var rest] ? rest : "", locale, cancellationToken),
            "access" => RenderAccess(command.UserId, await access.HoldersAsync(cancellationToken), locale),
            "audit" => await AuditAsync(command.UserId, locale, cancellationToken),
            "status" => await StatusAsync(locale, cancellationToken),
            "" or "help" => Help(locale),
            var other => Text(locale.Text("chatops.unknown", ("what", Mrkdwn.Escape(other))) + "\n" + Help(locale).Text),
        };
        await respond.Ephemeral(message, cancellationToken);
    }

    internal static Message RenderAccess(string userId, IReadOnlyDictionary<Role, IReadOnlyList<string>> holders, Locale locale)
    {
        var mine = Enum.GetValues<Role>().Where(role => AccessRules.Has(holders, userId, role))
            .Select(role => AccessRefusal.RoleName(role, locale));
        var lines = new[] { Role.Operator, Role.Approver, Role.Admin }.Select(role =>
            $"*{AccessRefusal.RoleName(role, locale)}* – {locale.Text($"access.may.{role.ToString().ToLowerInvariant()}")}\n"
            + (holders.GetValueOrDefault(role) is { Count: > 0 } users
                ? string.Join(", ", users.Select(Mrkdwn.User))
                : locale.Text("access.nobody")));
        return Text($"{locale.Text("access.yours", ("roles", string.Join(", ", mine)))}\n\n{string.Join("\n", lines)}");
    }

    internal static Message RenderAudit(IReadOnlyList<AuditEntry> entries, long? broken, Locale locale)
    {
        var lines = entries.Select(entry =>
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(entry.At);
            var who = entry.UserId == "chatops" ? "chatops" : Mrkdwn.User(entry.UserId);
            return $"{entry.Id}  {Mrkdwn.Date(at, "{date_short_pretty} {time_secs}", locale.DayAndTime(at))}  {who}  " +
                $"{Mrkdwn.Code(entry.Verb)}  {Mrkdwn.Escape(entry.Subject)}  " +
                $"*{(locale.Has($"audit.outcome.{entry.Outcome}")
                    ? locale.Text($"audit.outcome.{entry.Outcome}")
                    : Mrkdwn.Escape(entry.Outcome))}*";
        });
        var verdict = broken is { } id ? locale.Text("audit.broken", ("id", id)) : locale.Text("audit.intact");
        return Text(entries.Count == 0 ? locale.Text("audit.empty") : $"{string.Join('\n', lines)}\n{verdict}");
    }

    private Message Help(Locale locale) =>
        Text(string.Join(
            '\n',
            [locale.Text("chatops.help"), .. verbs.OrderBy(verb => verb.Order).Select(verb => locale.Text($"chatops.help.{verb.Name}"))]));

    private async Task<Message> AuditAsync(string userId, Locale locale, CancellationToken cancellationToken)
    {
        await access.DemandAsync(new UserAction(userId, "chatops.audit", new SubjectId("chatops", "audit"), Role.Admin), cancellationToken);
        return RenderAudit(await audit.LastAsync(EntriesShown, cancellationToken), await audit.VerifyAsync(cancellationToken), locale);
    }

    private async Task<Message> StatusAsync(Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var section in sections.OrderBy(section => section.Order))
        {
            try
            {
                lines.Add(await section.DescribeAsync(locale, cancellationToken));
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                // One domain that is ill must not hide how the others are.
                LogUnreadable(fault, section.GetType().Name);
                lines.Add(locale.Text("status.unreadable"));
            }
        }

        lines.Add(locale.Text("status.version", ("version", Version), ("runtime", Environment.Version.ToString())));
        return Text(string.Join("\n\n", lines));
    }

    /// <summary>The version and the first of its commit's digits: <c>1.0.0+f451d76</c>.</summary>
    private static string Version =>
        typeof(ChatOpsCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion is not { } full
            ? "–"
        : full.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus && full.Length > plus + 8 ? full[..(plus + 8)] : full;

    private static Message Text(string markup) => new() { Text = markup };

    [LoggerMessage(Level = LogLevel.Warning, Message = "/chatops status could not read {Section}")]
    private partial void LogUnreadable(Exception fault, string section);
}
