using ChatOps.Assets;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Platform.Work;
using ChatOps.Reports;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Tagging;

/// <summary>Tags of the estate: what they must be, editing them for one asset or many, and tagging what is new by itself.</summary>
public static class TaggingFeature
{
    /// <summary>
    /// Adds tagging. Needs storage, delivery, access, routing, localization, AWS, Slack and <see cref="IAssets"/>; the census wants a job.
    /// </summary>
    public static IServiceCollection AddTagging(this IServiceCollection services)
    {
        services.AddSchema(typeof(TaggingFeature).Assembly);

        // Rules
        services.AddPolicy(TagPolicy.File, TagPolicyFile.Read);
        services.AddPolicy(AutoTagEvents.File, AutoTagEvents.Read);
        services.TryAddSingleton(TimeProvider.System);

        // Receives
        services.AddEventReader<CreateEventReader>();
        services.AddEventReader<DeleteEventReader>();

        // Answers: /asset tag, untag, untagged; /chatops autotag
        services.AddSingleton<IAssetVerb, TagVerb>();
        services.AddSingleton<IAssetVerb, UntagVerb>();
        services.AddSingleton<IAssetVerb, UntaggedVerb>();
        services.AddSingleton<AutoTagVerb>();
        services.AddSingleton<IChatOpsVerb>(provider => provider.GetRequiredService<AutoTagVerb>());
        services.AddSlack()
            .BlockAction<TagEditorModal>(Sensitivity.Change).ViewSubmission<TagEditorModal>(Sensitivity.Change)
            .BlockAction<TagTheseButton>(Sensitivity.Change)
            .BlockAction<TagGroupButton>(Sensitivity.Change)
            .BlockAction<TagGapsButton>(Sensitivity.Change)
            .BlockAction<CompleteTagsModal>(Sensitivity.Change).ViewSubmission<CompleteTagsModal>(Sensitivity.Change)
            .ViewSubmission<CompleteTagsPlan>(Sensitivity.Change)
            .ViewSubmission<TagPlanModal>(Sensitivity.Remediate)
            .BlockAction<ConfirmTagsButton>(Sensitivity.Remediate)
            .BlockAction<CancelTagsButton>(Sensitivity.Read)
            .BlockAction<RetryTagsButton>(Sensitivity.Remediate)
            .BlockAction<UndoTagsButton>(Sensitivity.Remediate)
            .BlockAction<OpenTagRunButton>(Sensitivity.Read)
            .BlockAction<PreviousGapsButton>(Sensitivity.Read)
            .BlockAction<NextGapsButton>(Sensitivity.Read)
            .BlockAction<RetryAutoTagButton>(Sensitivity.Remediate);
        // Everybody may press it: who created the resource needs no role for it. Checked at the press and at the act.
        services.AddSingleton(new InteractionRole(CompleteTagsModal.ActionId, Role.Viewer));
        services.AddSingleton(new InteractionRole(CompleteTagsPlan.CallbackId, Role.Viewer));

        // Shows; what is missing or wrong also in /asset show
        services.AddSingleton<IAssetTagRules, TagRules>();
        services.AddLivingSubject<TagRunMessage>();
        services.AddLivingSubject<TagNoticeMessage>();
        services.AddSingleton<IReportSource, TagReport>();

        // Measured
        services.AddGaugeSource<TagGauges>();

        // Works: what was confirmed, and what is new
        services.AddDueWork<TagRunDraft, TagRunDraftWorker>(TagRunStore.Drafts);
        services.AddDueWork<TagRunItem, TagRunWorker>(TagRunStore.Items);
        services.AddDueWork<Creation, AutoTagWorker>(CreationStore.Work);
        services.AddSingleton<TagCensus>();
        services.AddSingleton<ITagCensus>(provider => provider.GetRequiredService<TagCensus>());

        // What these stand on
        services.AddSingleton<TagRunStore>().AddSingleton<TagGapStore>().AddSingleton<CreationStore>();
        services.AddSingleton<TagRunService>().AddSingleton<TagRunPlanner>().AddSingleton<TagRunChanges>();
        services.AddSingleton<TagRunProgressView>().AddSingleton<TagScope>().AddSingleton<TagCalls>().AddSingleton<TagCompliance>();
        services.AddSingleton<TagTargets>().AddSingleton<UntaggedPages>().AddSingleton<TagGapFilters>();
        services.AddSingleton<AutoTagParameters>().AddSingleton<CreatorPeople>().AddSingleton<TagCreators>()
            .AddSingleton<AttachedResources>();
        services.AddSingleton<CreationTags>().AddSingleton<CreationChanges>().AddSingleton<CreatorNotices>();
        return services;
    }
}
