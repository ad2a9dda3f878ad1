using System.Globalization;
using ChatOps.Aws;
using ChatOps.Platform.Dependencies;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Slack.Api;
using Dapper;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Doctor;

/// <summary>A dependency, asked once.</summary>
internal sealed class DependencyCheck(IDependencyProbe probe) : IDoctorCheck
{
    public string Name => probe.Name;

    /// <summary>The same for all accounts.</summary>
    public string Remedy => probe.Name.Split('/')[0];

    public async Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken)
    {
        await probe.ProbeAsync(cancellationToken);
        return [new Diagnosis(DiagnosisLevel.Well, Name)];
    }
}

/// <summary>Every channel that a route names: whether it is there, and whether the bot is in it.</summary>
internal sealed class ChannelsCheck(ISlackApiClient slack, IPolicy<Routes> routes, IOptions<DeliveryOptions> options) : IDoctorCheck
{
    public string Name => "channels";

    public async Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken)
    {
        var wanted = routes.Value.Channels.Append(options.Value.FallbackChannel).Where(channel => !string.IsNullOrWhiteSpace(channel))
            .Select(channel => channel.TrimStart('#')).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var missing = wanted.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = new List<Diagnosis>();
        await foreach (var channel in slack.Conversations.List(excludeArchived: false, cancellationToken: cancellationToken))
        {
            var name = wanted.Find(each => string.Equals(each, channel.Name, StringComparison.OrdinalIgnoreCase) || each == channel.Id);
            if (name is null || !missing.Remove(name)) continue;
            found.Add(channel.IsArchived ? new Diagnosis(DiagnosisLevel.Fault, $"channel #{name}", "is_archived", "channel-archived")
                : channel.IsMember ? new Diagnosis(DiagnosisLevel.Well, $"channel #{name}")
                : new Diagnosis(DiagnosisLevel.Warning, $"channel #{name}", "not_in_channel", "channel-join"));
            if (missing.Count == 0) break;
        }

        found.AddRange(missing.Select(
            name => new Diagnosis(DiagnosisLevel.Fault, $"channel #{name}", "channel_not_found", "channel-missing")));
        return found;
    }
}

/// <summary>The clock, against the database's: signatures, leases and schedules go by it.</summary>
internal sealed class ClockCheck(IDatabase database, TimeProvider time) : IDoctorCheck
{
    /// <summary>Slack refuses signatures five minutes off; a tenth of that is worth a look.</summary>
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(30);

    public string Name => "clock";

    public async Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken)
    {
        if (database.Kind != DatabaseKind.Postgres) return [];
        await using var connection = await database.OpenAsync(cancellationToken);
        var theirs = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)", cancellationToken: cancellationToken));
        var apart = TimeSpan.FromMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds() - theirs);
        return
        [
            apart.Duration() <= Allowed
                ? new Diagnosis(DiagnosisLevel.Well, Name)
                : new Diagnosis(
                    DiagnosisLevel.Fault, Name,
                    string.Create(CultureInfo.InvariantCulture, $"{apart.TotalSeconds:+0;-0} s against the database's"), "clock"),
        ];
    }
}

/// <summary>What the bot reads in each account and Region: a harmless call each.</summary>
internal sealed class AwsServicesCheck(IAwsAccounts accounts, IAwsClients clients) : IDoctorCheck
{
    public string Name => "aws-services";

    public async Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken)
    {
        var calls = accounts.All.SelectMany(account => account.Regions.SelectMany(region => CallsOf(account.Id, region)));
        return await Task.WhenAll(calls.Select(call => ExamineAsync(call, cancellationToken)));
    }

    private IEnumerable<Call> CallsOf(string account, string region)
    {
        yield return new Call(account, region, "securityhub", "securityhub:GetFindings", cancellationToken =>
            clients.SecurityHub(account, region).GetFindingPage(new FindingQuery { PageSize = 1 }, null, cancellationToken));
        yield return new Call(account, region, "config", "config:SelectResourceConfig", async cancellationToken =>
        {
            await using var rows = clients.Config(account, region)
                .SelectResourceConfig("SELECT resourceId WHERE resourceType = 'AWS::S3::Bucket'", cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await rows.MoveNextAsync();
        });
        yield return new Call(account, region, "tagging", "tag:GetResources", async cancellationToken =>
        {
            await using var rows = clients.Tagging(account, region).GetResources(new TagQuery(), cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await rows.MoveNextAsync();
        });
    }

    private static async Task<Diagnosis> ExamineAsync(Call call, CancellationToken cancellationToken)
    {
        var what = $"aws/{call.Account} {call.Region} {call.Service}";
        try
        {
            await call.AskAsync(cancellationToken);
            return new Diagnosis(DiagnosisLevel.Well, what);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return new Diagnosis(DiagnosisLevel.Fault, what, $"{call.Permission}: {DependencyHealth.ReasonOf(fault)}", "aws-service");
        }
    }

    private sealed record Call(
        string Account, string Region, string Service, string Permission, Func<CancellationToken, Task> AskAsync);
}
