using System.Globalization;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>All of a request for many as CSV, in its message's thread.</summary>
internal sealed class BatchListButton(ISlackApiClient slack, RemediationStore store, ILocales locales, TimeProvider time)
    : IBlockActionHandler
{
    /// <summary>The <c>action_id</c>; the value is the batch's id.</summary>
    public const string Action = "remediation.list";

    public static string ActionId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var runs = await store.OfBatchAsync(request.Value ?? "", cancellationToken);
        if (runs.Count == 0) throw new UserFacingException("remediation.fault.outdated");
        var locale = await locales.OfUserAsync(request.UserId, cancellationToken);
        var csv = new CsvTable();
        foreach (var run in runs) csv.Add(Fields(run));
        var name = string.Create(CultureInfo.InvariantCulture, $"remediations-{time.GetUtcNow():yyyyMMdd-HHmmss}.csv");
        await slack.Files.Upload(
            new FileUpload(name, await csv.ToBytesAsync(cancellationToken))
            {
                ChannelId = request.Message?.ChannelId ?? await slack.Conversations.Open([request.UserId], cancellationToken),
                ThreadTs = request.Message is { } message ? message.ThreadTs ?? message.Ts : null,
                InitialComment = locale.Text("remediation.list.comment", ("user", Mrkdwn.User(request.UserId)), ("count", csv.Rows)),
            },
            cancellationToken);
    }

    internal static IReadOnlyList<KeyValuePair<string, string>> Fields(RemediationRun run) =>
    [
        new("Control", run.Plan.Control), new("Resource", run.Plan.ResourceName), new("ARN", run.Plan.ResourceArn),
        new("Account", run.Plan.Account), new("Account name", run.Plan.AccountName), new("Region", run.Plan.Region),
        new("Severity", run.Plan.Severity.ToString()), new("Document", run.Plan.Document), new("State", run.State.ToString()),
        new("Cause", run.Failure ?? ""), new("Execution", run.ExecutionId ?? ""),
    ];
}
