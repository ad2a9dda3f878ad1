using System.Globalization;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;
using Dapper;

namespace ChatOps.Platform.Ingest;

/// <summary>A reader of what no other reader reads. What it was given stays counted as not yet understood.</summary>
public interface ILastReader : IEventReader;

/// <summary>
/// Shows a message of a topic or queue that nobody recognizes: whole, once, in the channels of its topic, with a hint how to have it read.
/// Events of EventBridge that nobody reads are counted alone: rules send more than anybody asked for.
/// </summary>
internal sealed class UnreadMessages(IOutbox outbox, IPolicy<Routes> routes, SnsKinds kinds) : ILastReader
{
    // Where no route says otherwise: a message must be seen somewhere.
    private const string Fallback = "#general";

    public IReadOnlyCollection<string> Kinds => [];

    /// <summary>Whether a kind stands for a message that nobody recognized.</summary>
    public static bool IsMessage(string kind) =>
        kind == Incoming.UnknownOfQueue || kind.StartsWith(SnsKinds.TopicPrefix, StringComparison.Ordinal);

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        List<MessageRequest> requests = [];
        foreach (var received in events.Where(received => IsMessage(received.Event.Kind)))
        {
            var subject = new SubjectId(UnreadSubject.KindName, received.Id.ToString(CultureInfo.InvariantCulture));
            var found = routes.Value.For(
                kinds.RouteOf(received.Event.Kind, received.Event.Body), new RouteFacts { Severity = Severity.Medium });
            requests.AddRange((found.Count > 0 ? found : [new Destination(Fallback, null)]).Select(to => new MessageRequest(
                subject, to.Channel, to.Language, Severity.Medium, Open: true, received.Event.Kind)));
        }

        if (requests.Count > 0) await outbox.RequestAsync(uow, requests, cancellationToken);
    }
}

/// <summary>Messages that nobody recognizes as delivery sees them.</summary>
internal sealed class UnreadSubject(IDatabase database, SnsKinds kinds) : ILivingSubject
{
    /// <summary>The kind of these subjects.</summary>
    public const string KindName = "unread";

    public string Kind => KindName;

    // The message itself is all there is: nobody opens it from a list.
    public string OpenActionId => "unread.open";

    public async Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is var (kind, body)
            ? UnreadMessage.Render(kind, body, kinds.RouteOf(kind, body) == RouteKind.Costs, locale)
            : null;

    public Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(new Message { Text = Mrkdwn.Literal(reply) });

    public async Task<IReadOnlyList<SubjectLine>> DescribeAsync(
        IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken)
    {
        var lines = new List<SubjectLine>();
        foreach (var key in keys)
        {
            if (await FindAsync(key, cancellationToken) is not var (kind, body)) continue;
            lines.Add(new SubjectLine(
                key, Severity.Medium, Open: true, $"{Severity.Medium.Sign()} {UnreadMessage.Line(kind, body, locale)}",
                [new("event", key), new("kind", kind)]));
        }

        return lines;
    }

    public Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken) =>
        Task.FromResult(UnreadMessage.Title(group, locale));

    private async Task<(string Kind, string Body)?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Kind, string Body)>(new CommandDefinition(
            "SELECT kind, body FROM inbox_events WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        return rows.Select(row => ((string, string)?)row).FirstOrDefault();
    }
}

/// <summary>A message that nobody recognizes, whole. Pure.</summary>
internal static class UnreadMessage
{
    private const int BlockLength = 2500;

    /// <summary>What fits into a message of Slack beside its other words.</summary>
    private const int BlocksShown = 4;

    /// <summary>The message.</summary>
    /// <param name="kind">As what it came: <c>sns/TOPIC</c> or a queue's.</param>
    /// <param name="body">The text, whole.</param>
    /// <param name="isOfCosts">Whether it concerns costs: the hint differs.</param>
    /// <param name="locale">Who reads.</param>
    public static Message Render(string kind, string body, bool isOfCosts, Locale locale)
    {
        var blocks = new List<Block>
        {
            new SectionBlock(new Mrkdwn($"{Severity.Medium.Sign()} *{Title(kind, locale)}*", Verbatim: true)),
        };
        for (var at = 0; at < body.Length && blocks.Count <= BlocksShown; at += BlockLength)
            blocks.Add(new SectionBlock(
                new PlainText(TextCut.Plain(body[at..Math.Min(body.Length, at + BlockLength)], BlockLength), Emoji: false))
            { Expand = true });
        List<string> notes = [locale.Text(isOfCosts ? "unread.hint.costs" : "unread.hint")];
        if (body.Length > BlockLength * BlocksShown)
            notes.Insert(0, locale.Text("unread.cut", ("count", (long)(body.Length - (BlockLength * BlocksShown)))));
        blocks.Add(new ContextBlock([.. notes.Select(note => new Mrkdwn(note, Verbatim: true))]));
        return new Message { Text = TextCut.Markup(Line(kind, body, locale), 300), Blocks = blocks };
    }

    /// <summary>What it is.</summary>
    public static string Title(string kind, Locale locale) => kind.StartsWith(SnsKinds.TopicPrefix, StringComparison.Ordinal)
        ? locale.Text("unread.title.topic", ("topic", Mrkdwn.Code(TextCut.Plain(kind[SnsKinds.TopicPrefix.Length..], 80))))
        : locale.Text("unread.title.queue");

    /// <summary>What it is and how it begins.</summary>
    public static string Line(string kind, string body, Locale locale) =>
        $"{Title(kind, locale)}: {Mrkdwn.Cut(body.TrimStart().ReplaceLineEndings(" "), 120)}";
}
