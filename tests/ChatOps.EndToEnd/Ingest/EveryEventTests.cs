using ChatOps.Platform.Storage;

namespace ChatOps.EndToEnd.Ingest;

/// <summary>
/// Every event that stands in the tests' data, each by the way it comes in the world, into the whole bot on both databases: all are taken,
/// none is set aside, and none is of a kind that nobody reads.
/// </summary>
public sealed class EveryEventTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "all-events");

    /// <summary>Files that are no events of their own, and why.</summary>
    private static readonly Dictionary<string, string> NoEvents = new()
    {
        ["budgets-action/describe-budget-action-pending.json"] = "an answer of Budgets' API, not an event",
        ["sns/bad-cert-url-host.json"] = "a forgery; SNS's signatures are tried where they are verified",
        ["sns/bad-signature-message-changed.json"] = "a forgery; SNS's signatures are tried where they are verified",
        ["sns/http-post-notification.http.txt"] = "a whole HTTP request, whose body is among the others",
        ["sns/lambda-records-budget.json"] = "what SNS sends to Lambda functions; ours is the HTTPS form",
        ["sns/subscription-confirmation-v1.json"] = "confirms a subscription; nothing to read",
        ["sns/subscription-confirmation-v2.json"] = "confirms a subscription; nothing to read",
        ["sns/unsubscribe-confirmation-v1.json"] = "confirms that somebody unsubscribed; nothing to read",
    };

    /// <summary>Folders whose domain is not in the bot yet. Empty is the aim; an entry here that is understood fails the test.</summary>
    private static readonly string[] Pending = [];

    public static TheoryData<DatabaseKind> Kinds => [DatabaseKind.Postgres, DatabaseKind.Sqlite];

    private static IEnumerable<string> Files => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".json" or ".txt").Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    [Fact]
    public void What_is_left_out_exists() => Assert.Empty(NoEvents.Keys.Except(Files));

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_event_is_understood(DatabaseKind kind)
    {
        var files = Files.Except(NoEvents.Keys).ToList();
        Assert.True(files.Count > 60, "The events are not there.");
        await using var bot = await IngestingBot.StartAsync(kind);

        foreach (var file in files)
            Assert.True(await bot.SendAsync(Root, file) is var status && status is >= 200 and < 300, $"{file} is answered {status}.");
        await bot.ReadAllAsync();

        Assert.Equal([], await bot.AsideAsync("failed"));
        var unknown = await bot.AsideAsync("unknown");
        Assert.All(unknown, text => Assert.Contains(text.Split('|')[0], Pending));
        Assert.Equal(
            Pending.Order(StringComparer.Ordinal), unknown.Select(text => text.Split('|')[0]).Distinct().Order(StringComparer.Ordinal));
    }
}
