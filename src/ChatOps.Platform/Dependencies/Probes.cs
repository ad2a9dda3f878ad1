using ChatOps.Aws;
using ChatOps.Platform.Email;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Storage;
using ChatOps.Platform.Work;
using ChatOps.Slack;
using ChatOps.Slack.Api;
using ChatOps.Slack.Interactions;
using Dapper;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Dependencies;

/// <summary>Slack's Web API and our token (<c>auth.test</c>).</summary>
internal sealed class SlackProbe(ISlackApiClient slack) : IDependencyProbe
{
    public string Name => "slack";

    public Task ProbeAsync(CancellationToken cancellationToken) => slack.Auth.Test(cancellationToken);
}

/// <summary>Socket Mode's connection.</summary>
internal sealed class SocketProbe(SocketModeState socket, IOptions<SlackOptions> options) : IDependencyProbe
{
    public string Name => "socket";

    public bool IsObserved => true;

    public bool IsUsed => !string.IsNullOrEmpty(options.Value.AppToken);

    public TimeSpan Every => TimeSpan.FromSeconds(10);

    public Task ProbeAsync(CancellationToken cancellationToken) =>
        socket.IsConnected ? Task.CompletedTask : throw new DependencyException(socket.Reason ?? "not connected");
}

/// <summary>The database.</summary>
internal sealed class DatabaseProbe(IDatabase database) : IDependencyProbe
{
    public string Name => "database";

    public TimeSpan Every => TimeSpan.FromSeconds(10);

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: cancellationToken));
    }
}

/// <summary>The queues that events come from: ill while one of them cannot be read.</summary>
internal sealed class QueueProbe(WorkerHealth workers, IOptions<Ingest.IngestOptions> options) : IDependencyProbe
{
    public string Name => "queue";

    public bool IsObserved => true;

    public bool IsUsed => options.Value.Sqs.QueueUrls.Count > 0;

    public TimeSpan Every => TimeSpan.FromSeconds(10);

    public Task ProbeAsync(CancellationToken cancellationToken)
    {
        var failing = workers.Read().FirstOrDefault(
            worker => worker.FailingSince is not null && worker.Name.StartsWith(Ingest.SqsIntake.LoopPrefix, StringComparison.Ordinal));
        return failing is null
            ? Task.CompletedTask
            : throw new DependencyException($"{failing.Name[Ingest.SqsIntake.LoopPrefix.Length..]}: {failing.Reason}");
    }
}

/// <summary>The mail server: greeted and signed in to, nothing is sent.</summary>
internal sealed class MailProbe(IEmailTransport transport, IOptions<EmailOptions> options) : IDependencyProbe
{
    public string Name => "mail";

    public bool IsUsed => options.Value.IsOn;

    /// <summary>Mail servers write down every greeting.</summary>
    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public Task ProbeAsync(CancellationToken cancellationToken) => transport.GreetAsync(cancellationToken);
}

/// <summary>Prometheus' API.</summary>
internal sealed class PrometheusProbe(IPrometheus prometheus, TimeProvider time) : IDependencyProbe
{
    public string Name => "prometheus";

    public bool IsUsed => prometheus.IsConfigured;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public Task ProbeAsync(CancellationToken cancellationToken) => prometheus.QueryAsync("vector(1)", time.GetUtcNow(), cancellationToken);
}

/// <summary>Alertmanager's API.</summary>
internal sealed class AlertmanagerProbe(IAlertmanager alertmanager) : IDependencyProbe
{
    public string Name => "alertmanager";

    public bool IsUsed => alertmanager.IsConfigured;

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public Task ProbeAsync(CancellationToken cancellationToken) => alertmanager.SilencesAsync(cancellationToken);
}

/// <summary>The credentials of each account (<c>sts:GetCallerIdentity</c>, which needs no permission).</summary>
internal sealed class AwsProbes(IAwsAccounts accounts, IAwsIdentity identity) : IDependencyProbes
{
    public IReadOnlyList<IDependencyProbe> Probes { get; } = [.. accounts.All.Select(account => new Account(account.Id, identity))];

    private sealed class Account(string account, IAwsIdentity identity) : IDependencyProbe
    {
        public string Name => $"aws/{account}";

        public async Task ProbeAsync(CancellationToken cancellationToken)
        {
            var caller = await identity.OfAsync(account, cancellationToken);
            if (caller.Account != account) throw new DependencyException($"its credentials are of account {caller.Account} ({caller.Arn})");
        }
    }
}
