using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Storage;
using Microsoft.Extensions.Logging;

namespace ChatOps.Costs;

/// <summary>Budgets' texts and actions, and anomalies, into rows. What cannot be read becomes a message that shows it whole.</summary>
internal sealed partial class CostEventReader(
    CostService recorder, IAwsAccounts accounts, ILogger<CostEventReader> logger) : IEventReader
{
    private static readonly JsonSerializerOptions AwsNames = new()
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    public IReadOnlyCollection<string> Kinds { get; } =
    [
        CostRecognizer.Budget, CostRecognizer.BudgetAction, CostRecognizer.Anomaly, AnomalyEvents.Detected,
    ];

    public async Task ReadAsync(IReadOnlyList<InboxEvent> events, UnitOfWork uow, CancellationToken cancellationToken)
    {
        foreach (var received in events)
        {
            var body = received.Event.Body;
            switch (received.Event.Kind)
            {
                case CostRecognizer.Budget when BudgetNotices.Read(body, IsOfChina) is { } notice:
                    await recorder.NoticeAsync(uow, notice, received.ReceivedAt, cancellationToken);
                    break;
                case CostRecognizer.BudgetAction when ReadAction(body) is { } action:
                    await recorder.ActionAsync(uow, action.Account, action.Action, received.ReceivedAt, cancellationToken);
                    break;
                case CostRecognizer.Anomaly
                    or AnomalyEvents.Detected when AnomalyEvents.TryRead(body, received.ReceivedAt, out var anomaly):
                    await recorder.AnomalyAsync(uow, anomaly, cancellationToken);
                    break;
                default:
                    LogUnread(logger, received.Id, received.Event.Kind);
                    await recorder.UnreadAsync(uow, IdOf(received.Event.DedupKey), body, received.ReceivedAt, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>The answer of DescribeBudgetAction, which is the form of an action that AWS documents.</summary>
    internal static (string Account, BudgetAction Action)? ReadAction(string body)
    {
        try
        {
            var message = JsonSerializer.Deserialize(body, CostJson.Default.BudgetActionMessage);
            var action = message?.Action.Deserialize<BudgetAction>(AwsNames);
            return message?.AccountId is { Length: 12 } account
                && action is { ActionId.Length: > 0, BudgetName.Length: > 0, ActionThreshold: not null } ? (account, action) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private bool IsOfChina(string account) =>
        (accounts.Find(account)?.Regions[0] ?? accounts.HomeRegion).StartsWith("cn-", StringComparison.Ordinal);

    private static string IdOf(string dedupKey) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dedupKey)))[..20];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {EventId} ({Kind}) could not be read; it is shown whole")]
    private static partial void LogUnread(ILogger logger, long eventId, string kind);
}
