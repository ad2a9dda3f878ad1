using System.Globalization;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Tests.Ingest;

public sealed class UnreadMessagesTests
{
    private static readonly GivenPolicy<Routes> GivenRoutes = new(new Routes(new Dictionary<RouteKind, IReadOnlyList<Route>>
    {
        [RouteKind.Costs] = [new Route(["#costs"], "ko", false, new RouteCondition())],
        [RouteKind.Alerts] = [new Route(["#alerts"], null, false, new RouteCondition())],
    }));

    private static readonly SnsKinds Recognized = new([new BudgetTopics()]);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_message_that_nobody_recognizes_is_shown_whole_once_where_its_topic_goes(DatabaseKind kind)
    {
        var outbox = new RecordingOutbox();
        await using var inbox = await InboxHarness.StartAsync(
            kind, null, new UnreadMessages(outbox, GivenRoutes, Recognized));
        IncomingEvent[] events =
        [
            new("sns:1", "sns", "sns/budgets", "The response of budget lighthouse was reversed."),
            new("sqs:2", "sqs", "sqs/unknown", "disk of <!channel> is full"),
            new("eventbridge:3", "sqs", "aws.ec2/EC2 Instance State-change Notification", "{}"),
        ];

        await inbox.Inbox.AcceptAsync(events, default);
        await inbox.IngestDispatcher.DispatchAsync(default);
        await inbox.Inbox.AcceptAsync(events, default);
        await inbox.IngestDispatcher.DispatchAsync(default);

        Assert.Equal(
            [("#costs", "ko"), ("#alerts", null)], outbox.Requests.Select(request => (request.Channel, request.Language)));
        var subject = new UnreadSubject(inbox.Database, Recognized);
        var locale = Locale.For("en", TimeZoneInfo.Utc);
        var message = (await subject.RenderAsync(outbox.Requests[0].Subject.Key, locale, default))!;
        Assert.Contains("`budgets`", message.Text, StringComparison.Ordinal);
        Assert.Equal(events[0].Body, message.Blocks.OfType<SectionBlock>().Last().Text!.Text);
        var queued = (await subject.RenderAsync(outbox.Requests[1].Subject.Key, locale, default))!;
        Assert.DoesNotContain("<!channel>", queued.Text, StringComparison.Ordinal);
        Assert.Single(await subject.DescribeAsync([outbox.Requests[1].Subject.Key, "0", "x"], locale, default));
        Assert.Equal(3, (await inbox.Status.ReadAsync(default)).Unknown.Values.Sum());
    }

    [Fact]
    public void A_raw_message_of_a_queue_is_recognized_as_one_in_an_envelope_is()
    {
        Assert.True(Incoming.TryOfQueue("AWS Budget Notification", "m1", _ => true, Recognized, out var raw));
        Assert.Equal("sns/budget", Assert.Single(raw).Kind);
        Assert.True(Incoming.TryOfQueue("nothing known", "m2", _ => true, Recognized, out var unknown));
        Assert.Equal("sqs/unknown", Assert.Single(unknown).Kind);
    }

    [Fact]
    public void What_does_not_fit_into_a_message_is_counted()
    {
        var body = string.Concat(Enumerable.Repeat("0123456789", 1_100));

        var message = UnreadMessage.Render("sns/alarms", body, isOfCosts: false, Locale.For("en", TimeZoneInfo.Utc));

        Assert.Equal(10_000, message.Blocks.OfType<SectionBlock>().Skip(1).Sum(block => block.Text!.Text.Length));
        Assert.Contains(
            message.Blocks.OfType<ContextBlock>().Single().Elements.OfType<Mrkdwn>(),
            note => note.Text.StartsWith(1000.ToString("N0", CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    private sealed class BudgetTopics : ISnsRecognizer
    {
        public string? KindOf(SnsContent content) =>
            content.Text.StartsWith("AWS Budget", StringComparison.Ordinal) ? "sns/budget" : null;

        public RouteKind? RouteOf(SnsContent content) => content.Topic == "budgets" ? RouteKind.Costs : null;
    }
}
