using System.Text.Json.Nodes;
using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Health.Tests;

/// <summary>Every message and modal of health events, in every state.</summary>
public sealed class HealthGallery : IGallery
{
    public const string Retirement = "ec2-persistent-instance-retirement";
    public const string PublicIssue = "ec2-operational-issue-public";
    public const string ApiIssue = "elb-api-issue";

    private static readonly DateTimeOffset Now = new(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);

    private static readonly HealthView Scene = new(
        new Dictionary<string, string> { ["111122223333"] = "prod" },
        new Dictionary<string, string> { ["i-00ddbf07ce6372082"] = "batch-worker" });

    public static IReadOnlyList<string> Files { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "data", "events", "health"), "*.json")
        .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal),
    ];

    public static string Body(string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "events", "health", $"{file}.json"));

    /// <summary>The event of a file with its detail changed.</summary>
    public static string Changed(string file, Action<JsonNode> change, Action<JsonNode>? envelope = null)
    {
        var node = JsonNode.Parse(Body(file))!;
        change(node["detail"]!);
        envelope?.Invoke(node);
        return node.ToJsonString();
    }

    internal static HealthEvent Of(string body) => HealthEvents.Read(EventBridgeEnvelope.ParseOne(body)) with { RecordedAt = Now };

    public static string Domain => "health";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<string> Agreed => [.. Files, "acknowledged", "closed", "upcoming", "notice", "credentials"];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages
    {
        get
        {
            foreach (var (name, health) in Events) yield return (name, locale => HealthMessage.Render(health, Scene, locale));
            var data = System.Text.Json.JsonSerializer.Serialize(
                new HealthReplyData { ByUserId = "U0JIYEON", Text = "We see recovery <!channel> & *more*", At = Now },
                HealthJson.Default.HealthReplyData);
            foreach (var reply in new[]
            {
                HealthThread.Closed, HealthThread.Started, HealthThread.Reopened, HealthThread.Moved, HealthThread.Updated,
                HealthThread.Acknowledged,
            })
                yield return ($"reply-{reply}", locale => HealthThread.Render(reply, data, locale));
        }
    }

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals
    {
        get
        {
            foreach (var (name, health) in Events)
            {
                yield return ($"details-{name}", locale => HealthDetailsModal.Render(health, Scene, locale));
                yield return ($"open-{name}", locale => HealthOpenButton.Render(health, HealthView.Empty, locale));
            }
        }
    }

    public static void AddHandlers(IServiceCollection services) => services.AddAwsHealth();

    private static IEnumerable<(string Name, HealthEvent Event)> Events
    {
        get
        {
            foreach (var file in Files) yield return (file, Of(Body(file)));
            var issue = Of(Body(ApiIssue));
            yield return ("acknowledged", issue with { Acknowledged = new HealthAcknowledgement("U0JIYEON", Now) });
            yield return ("closed", issue with { Status = HealthStatus.Closed });
            yield return ("closed-unknown-end", issue with { Status = HealthStatus.Closed, End = null });
            yield return ("upcoming", Of(Body(Retirement)) with { Status = HealthStatus.Upcoming });
            yield return (
                "notice",
                issue with { Category = HealthCategory.AccountNotification, Service = "BILLING", TypeCode = "AWS_BILLING_NOTIFICATION" });
            yield return ("credentials", issue with
            {
                Service = "RISK",
                TypeCode = "AWS_RISK_CREDENTIALS_EXPOSED",
                Entities = [new AffectedResource("AKIAIOSFODNN7EXAMPLE", null, null, Now)],
            });
            yield return ("bare", issue with
            {
                Service = "",
                TypeCode = "",
                Start = null,
                End = null,
                Descriptions = new Dictionary<string, string>(),
                Accounts = ["111122223333"],
            });
            const string Evil = "<!channel> <https://evil.example|click> *bold* `code` & @here \u202e😀 ";
            var text = string.Concat(Enumerable.Repeat(Evil, 120)) + " https://docs.aws.amazon.com/a|b";
            yield return ("hostile", issue with
            {
                Service = Evil,
                TypeCode = Evil,
                Region = Evil,
                Descriptions = new Dictionary<string, string> { ["en"] = text },
                Accounts = [.. Enumerable.Range(0, 40).Select(i => $"{Evil}{i}")],
                Entities = [.. Enumerable.Range(0, 1000).Select(i => new AffectedResource($"{Evil}{i}", Evil, Evil, Now))],
            });
        }
    }
}
