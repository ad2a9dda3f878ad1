using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Slack.Interactions;

/// <summary>The one place through which every handler runs: its own scope, the gate before it, one surface for its faults.</summary>
internal sealed partial class InteractionRunner(
    SlackRegistry registry, IServiceScopeFactory scopes, SlackMetrics metrics, TimeProvider time, ILogger<InteractionRunner> logger)
{
    /// <summary>A command is handled after its request has been answered: what it does belongs to a span of its own.</summary>
    private static readonly ActivitySource Spans = new("ChatOps.Slack");

    private static readonly Func<ILogger, InteractionKind, string, string, IDisposable?> LogScope =
        LoggerMessage.DefineScope<InteractionKind, string, string>("{Kind} {Id} {UserId}");

    /// <summary>The entry that handles an interaction; null when there is none.</summary>
    public SlackRegistration? Find(InteractionKind kind, string id) => registry.TryGet(kind, id, out var entry) ? entry : null;

    /// <summary>Runs a handler.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="interaction">For whom.</param>
    /// <param name="handle">Calls the handler, which comes as an object: an interface with static members cannot be a type
    /// argument.</param>
    /// <param name="say">Tells the user a refusal or a fault instead.</param>
    /// <param name="cancellationToken">Ends when the host gives up waiting.</param>
    public async Task<T> Run<T>(
        SlackRegistration entry, Interaction interaction, Func<object, CancellationToken, Task<T>> handle, Func<string, Task<T>> say,
        CancellationToken cancellationToken)
    {
        using var span = Spans.HasListeners() ? Spans.StartActivity($"{interaction.Kind} {interaction.Id}") : null;
        using var logScope = LogScope(logger, interaction.Kind, interaction.Id, interaction.UserId);
        var started = time.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            if (await scope.ServiceProvider.GetRequiredService<IInteractionGate>().Refusal(interaction, cancellationToken) is { } refusal)
            {
                End(interaction, "refused", started);
                return await say(refusal);
            }

            var result = await handle(scope.ServiceProvider.GetRequiredService(entry.HandlerType), cancellationToken);
            End(interaction, "ok", started);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            End(interaction, "cancelled", started);
            throw;
        }
        catch (Exception fault)
        {
            End(interaction, "failed", started);
            var text = await scope.ServiceProvider.GetRequiredService<IInteractionFaults>().Describe(interaction, fault, cancellationToken);
            return await say(text);
        }
    }

    /// <summary>One of the platform's own sentences.</summary>
    public async Task<string> Text(InteractionText text, Interaction interaction, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IInteractionTexts>().Get(text, interaction, cancellationToken);
    }

    private void End(Interaction interaction, string outcome, long started)
    {
        var elapsed = time.GetElapsedTime(started);
        metrics.Handled(interaction, outcome, elapsed);
        Ended(logger, interaction.Kind, interaction.Id, outcome, elapsed.TotalMilliseconds);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Kind} {Id}: {Outcome} after {Milliseconds:0.0} ms")]
    private static partial void Ended(ILogger logger, InteractionKind kind, string id, string outcome, double milliseconds);
}
