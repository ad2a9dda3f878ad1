using ChatOps.Assets;
using ChatOps.Costs;
using ChatOps.Findings;
using ChatOps.Platform.Policy;
using Hangfire;
using Hangfire.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatOps.Jobs.Tests;

public sealed class JobsTests
{
    [Fact]
    public async Task The_timetable_stands_in_Hangfire_with_its_zones_and_a_disabled_job_is_gone()
    {
        await using var app = await StartAsync("Data Source=unused");
        using var connection = app.Services.GetRequiredService<JobStorage>().GetConnection();
        await Eventually.TrueAsync(
            () => Task.FromResult(connection.GetRecurringJobs().Count == Timetable.Entries.Count), because: "the timetable was not set");
        var jobs = connection.GetRecurringJobs();
        Assert.Equal(Timetable.Entries.Select(entry => entry.Id).Order(), jobs.Select(job => job.Id).Order());
        Assert.Equal(
            Timetable.Entries.ToDictionary(entry => entry.Id, entry => entry.Zone),
            jobs.ToDictionary(job => job.Id, job => job.TimeZoneId));
        Assert.All(jobs, job => Assert.Null(job.LoadException));
    }

    [Fact]
    public async Task A_digest_that_was_missed_is_made_up_once_when_the_host_starts()
    {
        var digests = new PlayedDigests { Missed = DigestFrequency.Weekly };
        await using var app = await StartAsync("Data Source=unused", digests: digests);
        await Eventually.TrueAsync(() => Task.FromResult(!digests.Made.IsEmpty), because: "the weekly digest was not made");
        Assert.Equal([DigestFrequency.Weekly], digests.Made);
        Assert.Equal(4, digests.Asked.Count);
    }

    [Fact]
    public async Task What_a_jump_of_the_clock_passes_over_runs_once()
    {
        var digests = new PlayedDigests();
        await using var app = await StartAsync("Data Source=unused", digests: digests);
        using var connection = app.Services.GetRequiredService<JobStorage>().GetConnection();
        await Eventually.TrueAsync(
            () => Task.FromResult(connection.GetRecurringJobs().Count == Timetable.Entries.Count), because: "the timetable was not set");
        var jump = app.Services.GetRequiredService<TimetableJump>();
        // Friday evening in Seoul to Wednesday noon: days pass, each job is run once.
        DateTimeOffset At(int day, int hour, int minute) => new(2026, 3, day, hour, minute, 0, TimeSpan.FromHours(9));

        var ran = jump.Run(At(6, 18, 0), At(11, 12, 0));

        Assert.Equal(Timetable.Entries.Select(entry => entry.Id).Except([CostDigestJob.Monthly]).Order(), ran.Order());
        await Eventually.TrueAsync(() => Task.FromResult(digests.Made.Count == 3), because: "the digests were not made");
        Assert.Equal([DigestFrequency.Daily, DigestFrequency.Weekly, DigestFrequency.MonthlyClosed], digests.Made.Order());

        // The first moment is over when the jump begins, the last one is part of it.
        Assert.Contains(CostDigestJob.Daily, jump.Run(At(11, 9, 29), At(11, 9, 30)));
        Assert.DoesNotContain(CostDigestJob.Daily, jump.Run(At(11, 9, 30), At(11, 9, 31)));
        Assert.Empty(jump.Run(At(11, 9, 30), At(11, 9, 30)));
    }

    [Fact]
    public async Task The_inventory_is_looked_after_as_soon_as_the_host_has_started()
    {
        var sync = new PlayedSync();
        await using var app = await StartAsync("Data Source=unused", sync: sync);
        await Eventually.TrueAsync(() => Task.FromResult(sync.Ran.Contains(PlayedSync.New)), because: "the new account was not synced");
        // Not only because its minute has come.
        Assert.Equal(["asset-sync"], Timetable.Entries.Where(entry => entry.AtStart).Select(entry => entry.Id));
    }

    [Fact]
    public void Schedules_change_cron_and_zone_and_switch_jobs_off()
    {
        var entries = PolicyDocument.Read(
            "schedules.yaml",
            """
            schedules:
              suppression-expiry: { cron: "0 9 * * 1-5", zone: Asia/Seoul }
              tag-census: { enabled: false }
              # A job of an earlier version is no error.
              remediation-sweep: { enabled: false }
            """,
            Timetable.Read);
        var expiry = entries.Single(entry => entry.Id == "suppression-expiry");
        Assert.Equal(("0 9 * * 1-5", "Asia/Seoul", true), (expiry.Cron, expiry.Zone, expiry.Enabled));
        Assert.False(entries.Single(entry => entry.Id == "tag-census").Enabled);
        Assert.DoesNotContain(entries, entry => entry.Id == "remediation-sweep");
    }

    [Fact]
    public void Faults_of_the_schedules_are_reported_at_once()
    {
        var fault = Assert.Throws<PolicyException>(() => PolicyDocument.Read(
            "schedules.yaml",
            """
            schedules:
              suppression-expiry: { cron: "every hour", zone: Mars/Olympus }
              nightly-report: { cron: "0 9 * * *" }
            """,
            Timetable.Read));
        Assert.Equal(3, fault.Faults.Count);
        Assert.Contains(
            fault.Faults, line => line.StartsWith("schedules.yaml:3: 'nightly-report' is not known here", StringComparison.Ordinal));
    }

    [Fact]
    public void The_shipped_schedules_are_right() =>
        PolicyDocument.Read(
            "schedules.yaml", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy", "schedules.yaml")), Timetable.Read);

    private static async Task<WebApplication> StartAsync(string connectionString, PlayedDigests? digests = null, PlayedSync? sync = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ISuppressions, NoSuppressions>();
        builder.Services.AddSingleton<ICostDigests>(digests ?? new PlayedDigests());
        builder.Services.AddSingleton<IBudgetWatch, PlayedWatch>();
        builder.Services.AddSingleton<IAssetSync>(sync ?? new PlayedSync());
        builder.Services.AddJobs(connectionString);
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private sealed class PlayedWatch : IBudgetWatch
    {
        public Task WatchAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class PlayedDigests : ICostDigests
    {
        public DigestFrequency? Missed { get; init; }

        public System.Collections.Concurrent.ConcurrentQueue<DigestFrequency> Made { get; } = [];

        public System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset> Asked { get; } = [];

        public Task MakeAsync(DigestFrequency frequency, CancellationToken cancellationToken)
        {
            Made.Enqueue(frequency);
            return Task.CompletedTask;
        }

        public Task<bool> MissedAsync(
            DigestFrequency frequency, DateTimeOffset nextRun, TimeZoneInfo zone, CancellationToken cancellationToken)
        {
            Assert.True(nextRun > DateTimeOffset.UtcNow);
            Asked.Enqueue(nextRun);
            return Task.FromResult(frequency == Missed);
        }
    }

    private sealed class PlayedSync : IAssetSync
    {
        public static AssetScope New { get; } = new("111122223333", "ap-northeast-2");

        public System.Collections.Concurrent.ConcurrentQueue<AssetScope> Ran { get; } = [];

        public Task<IReadOnlyList<AssetScope>> DueAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<AssetScope>>(Ran.IsEmpty ? [New] : []);

        public Task<bool> RunAsync(AssetScope scope, CancellationToken cancellationToken)
        {
            Ran.Enqueue(scope);
            return Task.FromResult(true);
        }
    }

    private sealed class NoSuppressions : ISuppressions
    {
        public Task<int> ExpireSuppressionsAsync(CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
