using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Health;

/// <summary>What a view of a health event needs besides the event.</summary>
/// <param name="AccountNames">What people call the accounts, by id.</param>
/// <param name="EntityNames">What people call the affected resources, by Health's value.</param>
internal sealed record HealthView(IReadOnlyDictionary<string, string> AccountNames, IReadOnlyDictionary<string, string> EntityNames)
{
    /// <summary>Nobody has names.</summary>
    public static HealthView Empty { get; } = new(new Dictionary<string, string>(), new Dictionary<string, string>());
}

/// <summary>A health event's living message. Pure: the same event always reads the same.</summary>
internal static class HealthMessage
{
    private const int MaxDescription = 350;
    private const int EntitiesShown = 8;
    private const int AccountsShown = 5;

    /// <summary>The message.</summary>
    public static Message Render(HealthEvent health, HealthView view, Locale locale) => new()
    {
        Text = locale.Text(
            health.Open ? "health.notification" : "health.notification-closed",
            ("category", HealthText.Category(health.Category, locale)), ("service", HealthText.Service(health)),
            ("title", Mrkdwn.Cut(HealthText.Title(health))),
            ("region", Mrkdwn.Cut(health.Region)), ("account", Accounts(health, view, locale))),
        Blocks = Blocks(health, view, locale),
    };

    /// <summary>The blocks, for wherever the event is shown whole.</summary>
    public static IReadOnlyList<Block> Blocks(HealthEvent health, HealthView view, Locale locale)
    {
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn(Headline(health, locale), Verbatim: true)) { Fields = Fields(health, view, locale) },
        };
        if (health.Entities.Count > 0)
            blocks.Add(new SectionBlock(new Mrkdwn(Entities(health, view, EntitiesShown, locale), Verbatim: true)));
        if (Shortened(HealthText.Description(health, locale)) is { Length: > 0 } description)
            blocks.Add(new SectionBlock(new Mrkdwn(Mrkdwn.Cut(description, MaxDescription + 60), Verbatim: true)));
        blocks.Add(Buttons(health, locale));
        if (Context(health, locale) is { } context) blocks.Add(new ContextBlock(new Mrkdwn(context, Verbatim: true)));
        return blocks;
    }

    /// <summary>The state first, once there is one; then what it is.</summary>
    public static string Headline(HealthEvent health, Locale locale)
    {
        var what = $"{HealthText.Service(health)} · *{Mrkdwn.Cut(HealthText.Title(health))}*";
        var category = $"*{HealthText.Category(health.Category, locale)}*";
        if (!health.Open)
        {
            var state = health.End is { } end
                ? locale.Text("health.line.closed", ("when", HealthText.Moment(end, locale)))
                : locale.Text("health.line.closed-unknown");
            return $"{HealthText.Sign(health)} {state}\n{category} · {what}";
        }

        return health.Acknowledged is { } acknowledged
            ? $"👀 {locale.Text(
                "health.line.acknowledged", ("who", Mrkdwn.User(acknowledged.ByUserId)),
                ("when", HealthText.Moment(acknowledged.At, locale)))}\n{category} · {what}"
            : $"{HealthText.Sign(health)} {category} · {what}";
    }

    /// <summary>The affected resources, one a line, with what people call them and how they stand.</summary>
    public static string Entities(HealthEvent health, HealthView view, int most, Locale locale)
    {
        var lines = health.Entities.Take(most).Select(entity =>
        {
            var name = view.EntityNames.GetValueOrDefault(entity.Value) ?? entity.Name;
            var value = HealthText.IsAccount(entity)
                ? AccountText.Of(entity.Value, view.AccountNames.GetValueOrDefault(entity.Value))
                : entity.Value;
            var shown = name is null || name == value ? $"*{Mrkdwn.Cut(value, 200)}*" : $"*{Mrkdwn.Cut(name)}*  {Mrkdwn.Cut(value, 200)}";
            return entity.Status is { } status and not "UNKNOWN" ? $"• {shown} · {Status(status, locale)}" : $"• {shown}";
        });
        var head = $"*{locale.Text("health.affected", ("count", (long)health.Entities.Count))}*";
        var more = health.Entities.Count > most
            ? new[] { locale.Text("health.more-entities", ("count", (long)(health.Entities.Count - most))) }
            : [];
        return string.Join('\n', [head, .. lines, .. more]);
    }

    private static string Status(string status, Locale locale) =>
        locale.Has($"health.entity.{status.ToLowerInvariant()}")
            ? locale.Text($"health.entity.{status.ToLowerInvariant()}")
            : Mrkdwn.Cut(status, 40);

    private static string Accounts(HealthEvent health, HealthView view, Locale locale)
    {
        var shown = string.Join(", ", health.Accounts.Take(AccountsShown)
            .Select(account => Mrkdwn.Cut(AccountText.Of(account, view.AccountNames.GetValueOrDefault(account)))));
        return health.Accounts.Count > AccountsShown
            ? locale.Text("health.more-accounts", ("shown", shown), ("count", (long)(health.Accounts.Count - AccountsShown)))
            : shown;
    }

    private static List<TextObject> Fields(HealthEvent health, HealthView view, Locale locale)
    {
        var fields = new List<TextObject>();
        void Add(string key, string value) => fields.Add(new Mrkdwn($"*{locale.Text(key)}*\n{value}", Verbatim: true));

        var scope = health.IsPublic ? $" · {locale.Text("health.public")}" : "";
        Add("health.field.status", HealthText.Status(health.Status, locale) + scope);
        Add("health.field.account", $"{Accounts(health, view, locale)} · {Mrkdwn.Cut(health.Region)}");
        if (health.Start is { } start)
            Add(health.Status == HealthStatus.Upcoming ? "health.field.starts" : "health.field.started", HealthText.Moment(start, locale));
        // A retirement's end is its beginning: said once is enough.
        if (health.End is { } end && end != health.Start)
            Add(health.Open && end > health.UpdatedAt ? "health.field.ends" : "health.field.ended", HealthText.Moment(end, locale));
        return fields;
    }

    /// <summary>Its first sentences; the rest stands in Details.</summary>
    private static string Shortened(string text)
    {
        var plain = string.Join(' ', text.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        if (plain.Length <= MaxDescription) return plain;
        var sentence = plain.LastIndexOf(". ", MaxDescription - 2, StringComparison.Ordinal);
        var end = sentence >= MaxDescription / 3 ? sentence + 1 : plain.LastIndexOf(' ', MaxDescription - 2);
        return end > 0 ? $"{plain[..end]} …" : TextCut.Plain(plain, MaxDescription);
    }

    private static ActionsBlock Buttons(HealthEvent health, Locale locale)
    {
        var buttons = new List<BlockElement>();
        if (HealthAcknowledgeButton.MakesSense(health))
            buttons.Add(new Button(
                HealthAcknowledgeButton.ActionId, locale.Text("health.button.acknowledge"), health.Id, Style: ButtonStyle.Primary));
        buttons.Add(new Button(HealthDetailsModal.ActionId, locale.Text("health.button.details"), health.Id));
        if (HealthText.Console(health) is { } url)
            buttons.Add(new Button(HealthConsoleButton.ActionId, locale.Text("health.button.console"), health.Id, Url: url));
        return new ActionsBlock(buttons) { BlockId = "health.buttons" };
    }

    private static string? Context(HealthEvent health, Locale locale)
    {
        var updated = locale.Text("health.context.updated", ("when", HealthText.Moment(health.UpdatedAt, locale)));
        return health is { Open: true, Acknowledged: null } && health.Category != HealthCategory.AccountNotification
            ? $"{locale.Text("health.context.unacknowledged", ("when", HealthText.Moment(health.RecordedAt, locale)))} · {updated}"
            : updated;
    }
}
