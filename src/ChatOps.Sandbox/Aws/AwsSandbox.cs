using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Aps;
using ChatOps.Sandbox.Aws.Config;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Costs;
using ChatOps.Sandbox.Aws.Delivery;
using ChatOps.Sandbox.Aws.Ec2;
using ChatOps.Sandbox.Aws.Protocols;
using ChatOps.Sandbox.Aws.Rds;
using ChatOps.Sandbox.Aws.ResourceGroups;
using ChatOps.Sandbox.Aws.S3;
using ChatOps.Sandbox.Aws.Scenarios;
using ChatOps.Sandbox.Aws.SecurityHub;
using ChatOps.Sandbox.Aws.Services;
using ChatOps.Sandbox.Aws.Sns;
using ChatOps.Sandbox.Aws.Sqs;
using ChatOps.Sandbox.Aws.Ssm;
using ChatOps.Sandbox.Aws.Sts;
using ChatOps.Sandbox.Aws.Tagging;

namespace ChatOps.Sandbox.Aws;

/// <summary>
/// A local AWS: two accounts, two regions, the real protocols on one address, and events to the bot.
/// Put <see cref="AnswerAsync"/> behind a listener, set <see cref="AwsSandboxOptions.BotUrl"/>, and run it as a hosted service.
/// </summary>
public sealed class AwsSandbox : BackgroundService
{
    private readonly AwsListener _listener;
    private readonly SnsSigning _signing;

    /// <summary>Makes the accounts as they are at the start.</summary>
    /// <param name="options">How it behaves; addresses may be set later.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="logs">Where its parts log.</param>
    /// <param name="notices">What is told of every change; null when nobody looks.</param>
    public AwsSandbox(AwsSandboxOptions options, TimeProvider time, ILoggerFactory logs, ISandboxNotices? notices = null)
    {
        Options = options;
        Time = time;
        State = new AwsState();
        Background = new AwsBackground(logs.CreateLogger<AwsBackground>());
        Delivery = new EventDelivery(options, time, logs.CreateLogger<EventDelivery>());
        Bus = new EventBus(Delivery, time);
        FindingEvents = new FindingEvents(Bus);
        ServiceEvents = new ServiceEvents(this);
        Evaluation = new ControlEvaluation(State, FindingEvents, Background, options, time);
        var runner = new AutomationRunner(State, Bus, Evaluation, Background, options, time);
        _signing = new SnsSigning(time);
        var publishing = new SnsPublishing(State, _signing, Delivery, Background, options, time, logs.CreateLogger<SnsPublishing>());
        Delivery.Routes[EventRoute.Sns] = publishing.CarryAsync;
        Delivery.Routes[EventRoute.Sqs] = (sent, _) => PutInQueue(sent);
        _listener = new AwsListener(
            State,
            [
                new ApsService(State, time),
                new StsService(State, time),
                new SecurityHubService(State, time, FindingEvents),
                new SsmService(State, new AutomationApi(State, runner, time), new ParameterStore(State, time)),
                new S3Service(State, Evaluation, time),
                new Ec2Service(State, Evaluation),
                new RdsService(State, Evaluation),
                new TaggingService(State, time),
                new ConfigService(State, time),
                new ResourceGroupsService(State),
                new BudgetsService(State, time),
                new CostExplorerService(State, time),
                new SqsService(State, options, time),
                new SnsService(State, publishing),
            ],
            _signing,
            Background.Changed,
            time,
            logs.CreateLogger<AwsListener>());
        FirstState.Make(State, time, options.EstateSize);
        if (notices is not null)
            Background.OnChanged += () => notices.Publish("aws", Page.AwsSummary.Of(this));
    }

    /// <summary>How it behaves; the addresses may be changed while it runs.</summary>
    public AwsSandboxOptions Options { get; }

    internal TimeProvider Time { get; }

    internal AwsState State { get; }

    internal AwsBackground Background { get; }

    internal EventDelivery Delivery { get; }

    internal EventBus Bus { get; }

    internal FindingEvents FindingEvents { get; }

    internal ServiceEvents ServiceEvents { get; }

    internal ControlEvaluation Evaluation { get; }

    /// <summary>Answers one request to the AWS address.</summary>
    public Task AnswerAsync(HttpContext context) => _listener.AnswerAsync(context);

    /// <summary>Everything as at the start; automations under way stop, events not yet delivered are dropped.</summary>
    public async Task ResetAsync()
    {
        await Background.StopAsync();
        lock (State.Sync)
        {
            Delivery.Clear();
            State.Clear();
            ServiceEvents.Clear();
            FirstState.Make(State, Time, Options.EstateSize);
        }

        Background.Changed();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Background.Dispose();
        _signing.Dispose();
        Delivery.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Background.StopAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Only the stop itself is thrown here; a failure is logged where it happens.
        await Delivery.RunAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task PutInQueue(SentEvent sent)
    {
        lock (State.Sync)
            State.Queues.Find(q => q.Name == AwsSandboxOptions.QueueName)?.Send(sent.Text, 0);
        return Task.CompletedTask;
    }
}
