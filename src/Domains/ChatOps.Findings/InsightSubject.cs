using ChatOps.Aws;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Findings;

/// <summary>Insight results: read, kept, and shown once. Nothing ever changes in them, so they have no thread of their own.</summary>
internal sealed class InsightSubject(IDatabase database, SecurityHubAggregation home) : ILivingSubject
{
    public string Kind => Name;

    public const string Name = "insight";

    public string OpenActionId => InsightButton.ActionId;

    public async Task<Insight?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await InsightStore.FindAsync(connection, id, cancellationToken);
    }

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } insight
            ? InsightMessage.Render(insight, home.NameOf(insight.Account), locale)
            : null;

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await FindAsync(key, cancellationToken) is not { } insight) continue;
            lines.Add(new SubjectLine(key, Severity.Informational, false, InsightMessage.Render(insight, null, locale).Text,
            [
                new("id", key), new("insight", insight.Name), new("account", insight.Account), new("region", insight.Region),
                new("results", string.Join("; ", insight.Results.Select(result => $"{result.Value}: {result.Count}"))),
            ]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(Mrkdwn.Literal(group));
}

/// <summary>
/// 'Security Hub Insight Results' into rows and a message where the account's findings of medium severity go: somebody sent it on purpose.
/// </summary>
internal sealed class InsightReader(IOutbox outbox, IPolicy<Routes> routes) : IEventReader
{
    public IReadOnlyCollection<string> Kinds { get; } = [SecurityHubEvents.InsightResults];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        foreach (var insight in events.Select(received => Insight.Read(EventBridgeEnvelope.ParseOne(received.Event.Body))))
        {
            if (!await InsightStore.AddAsync(uow, insight, cancellationToken)) continue;
            var facts = new RouteFacts
            {
                Severity = Severity.Medium,
                Product = "Security Hub",
                Account = insight.Account,
                Region = insight.Region,
            };
            var requests = routes.Value.For(RouteKind.Findings, facts)
                .Select(to => new MessageRequest(
                    new SubjectId(InsightSubject.Name, insight.Id), to.Channel, to.Language, Severity.Informational, Open: false,
                    Group: null)).ToList();
            await outbox.RequestAsync(uow, requests, cancellationToken);
        }
    }
}

/// <summary>All results of an insight.</summary>
internal sealed class InsightButton(InsightSubject insights, SecurityHubAggregation home, FindingViews views) : IBlockActionHandler
{
    public const string ActionId = "insight.open";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var insight = await insights.FindAsync(request.Value ?? "", cancellationToken)
            ?? throw new UserFacingException("finding.insight.gone");
        await views.ShowAsync(
            request, InsightMessage.RenderAll(insight, home.NameOf(insight.Account), await views.LocaleOf(request, cancellationToken)),
            cancellationToken);
    }
}
