using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Remediation;

/// <summary>Choose…, in the request for many: ticks those that are left out, and approves the rest.</summary>
internal sealed class ChooseModal(
    ISlackApiClient slack, BatchApprovals approvals, RemediationStore store, ILocales locales, TimeProvider time)
    : IBlockActionHandler, IViewSubmissionHandler
{
    /// <summary>The <c>action_id</c> and <c>callback_id</c>; the value is the batch's id.</summary>
    public const string Action = "remediation.choose";

    internal const string ExceptBlock = "except";
    internal const string Field = "runs";

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    /// <summary>Slack's most options of a group.</summary>
    private const int OptionsAGroup = 100;

    public static string ActionId => Action;

    public static string CallbackId => Action;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken)
    {
        var batch = await approvals.DemandDecidableAsync(
            request.Value ?? "", request.UserId, RemediationApprovals.ApproveVerb, cancellationToken)
            ?? throw new UserFacingException("remediation.fault.outdated");
        var runs = (await store.OfBatchAsync(batch.Id, cancellationToken))
            .Where(run => run.State == RemediationRunState.AwaitingApproval).ToList();
        await slack.Views.Open(
            request.TriggerId ?? "", Render(batch, runs, await locales.OfUserAsync(request.UserId, cancellationToken)), cancellationToken);
    }

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken)
    {
        var shown = PrivateMetadata.Read<Shown>(submission.PrivateMetadata);
        var except = submission.State.SelectedOptions(ExceptBlock, Field).Select(option => option.Value).ToHashSet(StringComparer.Ordinal);
        // Each of many takes its time; Slack waits three seconds. What is wrong with the decision itself is said before.
        await approvals.DemandDecidableAsync(shown.BatchId, submission.UserId, RemediationApprovals.ApproveVerb, cancellationToken);
        var deciding = approvals.ApproveAsync(shown.BatchId, submission.UserId, except, CancellationToken.None);
        await Task.WhenAny(deciding, Task.Delay(AnswerWithin, time, cancellationToken));
        if (deciding.IsCompleted) await deciding;
        return ViewSubmissionResponse.Close;
    }

    internal static ModalView Render(RemediationBatch batch, IReadOnlyList<RemediationRun> runs, Locale locale)
    {
        var groups = runs.Chunk(OptionsAGroup).Select((chunk, i) => new OptionGroup(
            locale.Text("remediation.choose.group", ("from", (i * OptionsAGroup) + 1), ("to", (i * OptionsAGroup) + chunk.Length)),
            [.. chunk.Select(run => new Option(
                new PlainText(TextCut.Plain($"{run.Plan.ResourceName} · {run.Plan.AccountName} · {run.Plan.Region}", 75)), run.Id))]));
        return new ModalView
        {
            CallbackId = Action,
            Title = locale.Text("remediation.choose.title"),
            Blocks =
            [
                new SectionBlock(new Mrkdwn(BatchMessage.Heading(batch, runs, locale))),
                new InputBlock(
                    locale.Text("remediation.choose.except"), new MultiStaticSelect(Field) { OptionGroups = [.. groups] })
                {
                    BlockId = ExceptBlock,
                    Optional = true,
                },
            ],
            Submit = locale.Text("remediation.choose.submit"),
            Close = locale.Text("button.cancel"),
            PrivateMetadata = PrivateMetadata.Write(new Shown(batch.Id)),
        };
    }

    private sealed record Shown(string BatchId);
}
