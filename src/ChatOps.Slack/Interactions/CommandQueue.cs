using System.Threading.Channels;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Interactions;

/// <summary>Slash commands between their acknowledgement and their handler: a bounded queue and a few workers.</summary>
internal sealed partial class CommandQueue(
    InteractionRunner runner,
    ISlackApiClient slack,
    RecentRequests recent,
    IRequestClaims claims,
    SlackMetrics metrics,
    IOptions<SlackOptions> options,
    TimeProvider time,
    ILogger<CommandQueue> logger) : IHostedService, IDisposable
{
    private readonly Channel<SlashCommand> _queue = Channel.CreateBounded<SlashCommand>(
        new BoundedChannelOptions(options.Value.CommandQueueCapacity) { FullMode = BoundedChannelFullMode.Wait });

    private readonly CancellationTokenSource _abort = new();
    private Task _workers = Task.CompletedTask;

    /// <summary>False when the queue is full or the host is stopping.</summary>
    public bool TryAdd(SlashCommand command) => _queue.Writer.TryWrite(command);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _workers = Task.WhenAll(Enumerable.Range(0, options.Value.CommandWorkers).Select(_ => Task.Run(Work, CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        try
        {
            await _workers.WaitAsync(options.Value.DrainWithin, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            Abandoned(logger, _queue.Reader.Count);
            await _abort.CancelAsync();
        }
    }

    public void Dispose() => _abort.Dispose();

    /// <summary>What to say at once when there is no place in the queue.</summary>
    public Task<string> Busy(SlashCommand command, CancellationToken cancellationToken)
    {
        metrics.Busy(InteractionKind.Command);
        return runner.Text(InteractionText.Busy, Describe(command, null), cancellationToken);
    }

    private static Interaction Describe(SlashCommand command, SlackRegistration? entry) => new(
        InteractionKind.Command, command.Command, entry?.Sensitivity ?? Sensitivity.Read, command.UserId, command.TeamId,
        command.ChannelId)
    { EnterpriseId = command.EnterpriseId, AppId = command.AppId };

    private async Task Work()
    {
        await foreach (var command in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (_abort.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await Handle(command, _abort.Token);
            }
            catch (Exception e)
            {
                // A worker outlives every fault: the handler's own were told to the user before they came here.
                Lost(logger, e, command.Command, command.UserId);
            }
        }
    }

    private async Task Handle(SlashCommand command, CancellationToken cancellationToken)
    {
        if (command.TriggerId.Length > 0
            && (!recent.TryAdd(command.TriggerId) || !await claims.TryClaim($"command {command.TriggerId}", cancellationToken)))
        {
            metrics.Repeated(InteractionKind.Command);
            return;
        }

        var respond = new SlashCommandResponder(slack, command.ResponseUrl);
        var entry = runner.Find(InteractionKind.Command, command.Command);
        var interaction = Describe(command, entry);
        if (entry is null)
        {
            metrics.Unknown(InteractionKind.Command);
            await respond.Ephemeral(await runner.Text(InteractionText.UnknownCommand, interaction, cancellationToken), cancellationToken);
            return;
        }

        await runner.Run(
            entry,
            interaction,
            async (handler, ct) =>
            {
                await ((ISlashCommandHandler)handler).Handle(command, respond, ct);
                return true;
            },
            async text =>
            {
                await respond.Ephemeral(new Message { Text = text }, cancellationToken);
                return false;
            },
            cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Command} of {UserId} was not answered")]
    private static partial void Lost(ILogger logger, Exception e, string command, string userId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} slash commands did not start in time and are dropped")]
    private static partial void Abandoned(ILogger logger, int count);
}
