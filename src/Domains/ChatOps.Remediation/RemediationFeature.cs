using ChatOps.Findings;
using ChatOps.Platform.Access;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Remediation;

/// <summary>Remediating findings by Systems Manager Automation: plan, confirm, approve, run, follow, read back.</summary>
public static class RemediationFeature
{
    /// <summary>Adds what this domain receives, shows, answers and works on.</summary>
    public static IServiceCollection AddRemediation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSchema(typeof(RemediationFeature).Assembly);

        // Rules
        services.AddTagVocabulary();
        services.AddPolicy(RemediationCatalogue.File, RemediationCatalogue.Read);
        services.AddOptions<RemediationOptions>().Bind(configuration.GetSection(RemediationOptions.Section))
            .Validate(
                options => options is
                {
                    PollEvery.Ticks: > 0, VerifyFirst.Ticks: > 0, StartWithin.Ticks: > 0, PlanKeptFor.Ticks: > 0,
                    PlanWithin.Ticks: > 0, QueueEvery.Ticks: > 0, PlanAllWithin.Ticks: > 0
                } && options.VerifyAtMost >= options.VerifyFirst,
                "ChatOps:Remediation: every time must be positive, and VerifyAtMost not less than VerifyFirst.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IRemediable, Remediable>();
        services.AddSingleton<RemediationPlanner>();

        // State
        services.AddSingleton<RemediationStore>();
        services.AddSingleton<RemediationChanges>();
        services.AddSingleton<RemediationUndo>();
        services.AddSingleton<RemediationRecheck>();
        services.AddSingleton<RemediationApprovals>();
        services.AddSingleton<RemediationService>();
        services.AddSingleton<RemediationStops>();
        services.AddSingleton<RemediationBatchStore>();
        services.AddSingleton<BatchPlanner>();
        services.AddSingleton<RemediationBatches>();
        services.AddSingleton<BatchApprovals>();
        services.AddSingleton<ConfigEvaluation>();
        services.AddSingleton<RemediationEnds>();
        services.AddSingleton<ApprovalReminder>();
        services.AddSingleton<ApprovalWatch>();
        services.AddSingleton<AutomationStart>();
        services.AddSingleton<AutomationWatch>();
        services.AddSingleton<Verification>();
        services.AddDueWork<RemediationRun, RemediationWorker>(RemediationStore.Work);

        // Receives
        services.AddEventReader<AutomationEventReader>();

        // Shows
        services.AddSingleton<IFindingReplyRenderer, RemediationThread>();
        services.AddSingleton<ApprovalMessage>();
        services.AddSingleton<ILivingSubject>(provider => provider.GetRequiredService<ApprovalMessage>());
        services.AddSingleton<ILivingSubject, ReminderMessage>();
        services.AddSingleton<IStatusSection, RemediationStatus>();

        // Answers
        services.AddSlack()
            .BlockAction<RemediateModal>(Sensitivity.Remediate)
            .ViewSubmission<RemediateModal>(Sensitivity.Remediate)
            .BlockAction<RemediateAllModal>(Sensitivity.Remediate)
            .ViewSubmission<RemediateAllModal>(Sensitivity.Remediate)
            .BlockAction<StopButton>(Sensitivity.Remediate)
            .BlockAction<UndoModal>(Sensitivity.Remediate)
            .ViewSubmission<UndoModal>(Sensitivity.Remediate)
            .BlockAction<ApproveButton>(Sensitivity.Remediate)
            .BlockAction<ChooseModal>(Sensitivity.Remediate)
            .ViewSubmission<ChooseModal>(Sensitivity.Remediate)
            .BlockAction<BatchListButton>(Sensitivity.Read)
            .BlockAction<DenyModal>(Sensitivity.Change)
            .ViewSubmission<DenyModal>(Sensitivity.Change)
            .BlockAction<OpenRemediationButton>(Sensitivity.Read);
        services.AddSingleton(new InteractionRole(ApproveButton.Action, Role.Approver));
        services.AddSingleton(new InteractionRole(ChooseModal.Action, Role.Approver));
        services.AddSingleton(new InteractionRole(DenyModal.Action, Role.Approver));
        return services;
    }
}
