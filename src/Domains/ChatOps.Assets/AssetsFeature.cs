using ChatOps.Platform.Ingest;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using ChatOps.Slack;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Assets;

/// <summary>The inventory of the estate: what this domain answers, shows and schedules.</summary>
public static class AssetsFeature
{
    /// <summary>Adds the inventory. Needs storage, access, localization, findings, AWS and Slack.</summary>
    public static IServiceCollection AddAssets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSchema(typeof(AssetsFeature).Assembly);
        services.AddTagVocabulary();

        // Received: tags that somebody changed
        services.AddEventReader<TagChangeReader>();

        // Answered
        services.AddSlack()
            .Command<AssetCommand>(Sensitivity.Read)
            .BlockAction<AssetOpenButton>(Sensitivity.Read)
            .BlockAction<AssetConsoleButton>(Sensitivity.Read)
            .BlockAction<AssetPreviousPageButton>(Sensitivity.Read)
            .BlockAction<AssetNextPageButton>(Sensitivity.Read)
            .BlockAction<RefineModal>(Sensitivity.Read).ViewSubmission<RefineModal>(Sensitivity.Read)
            .BlockAction<AssetExportButton>(Sensitivity.Read)
            .BlockAction<AssetShareButton>(Sensitivity.Read);

        // The verbs of /asset; Tagging adds its own.
        services.AddSingleton<IAssetVerb, FindVerb>();
        services.AddSingleton<IAssetVerb, ShowVerb>();
        services.AddSingleton<IAssetVerb, GroupVerb>();
        services.AddSingleton<IAssetVerb, StatsVerb>();
        services.AddSingleton<IAssetVerb, ExportVerb>();
        services.AddSingleton<IAssetVerb, HelpVerb>();
        services.AddSingleton(provider => new Lazy<IEnumerable<IAssetVerb>>(() => provider.GetServices<IAssetVerb>()));

        // Scheduled, and shown in /chatops status
        services.AddOptions<AssetsOptions>().Bind(configuration.GetSection(AssetsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AssetsOptions>, AssetsOptionsValidator>();
        services.AddSingleton<IAssetSync, AssetSync>();
        services.AddSingleton<IStatusSection, AssetSyncStatus>();

        // Measured
        services.AddGaugeSource<AssetGauges>();

        // What other domains ask, and what this one stands on.
        services.AddSingleton<AssetService>();
        services.AddSingleton<IAssets>(provider => provider.GetRequiredService<AssetService>());
        services.AddSingleton<AssetSearcher>();
        services.AddSingleton<AssetAnswers>();
        services.AddSingleton<AssetExport>();
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }
}
