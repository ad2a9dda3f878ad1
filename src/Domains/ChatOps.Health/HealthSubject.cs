using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Health;

/// <summary>Health events as delivery sees them.</summary>
internal sealed class HealthSubject(IDatabase database, HealthViews views) : ILivingSubject
{
    public string Kind => "health";

    public string OpenActionId => HealthOpenButton.ActionId;

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await views.FindAsync(key, cancellationToken) is { } health
            ? HealthMessage.Render(health, await views.SceneOfAsync(health, cancellationToken), locale)
            : null;

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(HealthThread.Render(reply, data, locale));

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await HealthStore.FindAsync(connection, null, [.. keys], cancellationToken);
        return [.. keys.Select(key => found.GetValueOrDefault(key)).OfType<HealthEvent>().Select(health => LineOf(health, locale))];
    }

    public async Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await HealthStore.OfTypeAsync(connection, group, cancellationToken) is { } health
            ? $"{HealthText.Service(health)} · *{Mrkdwn.Cut(HealthText.Title(health))}*"
            : Mrkdwn.Cut(group);
    }

    private static SubjectLine LineOf(HealthEvent health, Locale locale) => new(
        health.Id, health.Rank, health.Open,
        $"{HealthText.Sign(health)} {HealthText.Category(health.Category, locale)} · {HealthText.Service(health)} · " +
        $"*{Mrkdwn.Cut(HealthText.Title(health))}*" +
        $" · {Mrkdwn.Cut(health.Accounts[0])} {Mrkdwn.Cut(health.Region)} · {HealthText.Status(health.Status, locale)}",
        [
            new("id", health.Id), new("category", health.Category.ToString()), new("status", health.Status.ToString()),
            new("service", health.Service), new("type", health.TypeCode),
            new("accounts", string.Join(' ', health.Accounts)), new("region", health.Region),
            new("start", health.Start?.UtcDateTime.ToString("O") ?? ""),
            new("end", health.End?.UtcDateTime.ToString("O") ?? ""),
            new("resources", string.Join(' ', health.Entities.Select(entity => entity.Value))), new("arn", health.Arn),
        ]);
}
