using ChatOps.Aws;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Work;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Dependencies;

/// <summary>The first sentence of <c>/chatops status</c>: whether all is well, and if not, what ails.</summary>
internal sealed class StatusVerdict(DependencyHealth dependencies, WorkerHealth workers, IngestStatus ingest) : IStatusSection
{
    public int Order => int.MinValue;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        List<string> ills =
        [
            .. dependencies.Read().Where(state => !state.IsUp).Select(state => DependencyStatus.NameOf(state.Name, locale)),
        ];
        var failing = workers.Read().Count(worker => worker.FailingSince is not null);
        if (failing > 0) ills.Add(locale.Text("status.verdict.workers", ("count", failing)));
        var counts = await ingest.ReadAsync(cancellationToken);
        if (counts.Failed > 0) ills.Add(locale.Text("status.verdict.dead-letters", ("count", counts.Failed)));
        return ills.Count == 0
            ? $"🟢 *{locale.Text("status.verdict.well")}*"
            : $"🔴 *{locale.Text("status.verdict.ill", ("what", string.Join(", ", ills)))}*";
    }
}

/// <summary>What the bot depends on, in <c>/chatops status</c>: how each stands, since when, and why it is ill.</summary>
internal sealed class DependencyStatus(DependencyHealth health, IAwsAccounts accounts) : IStatusSection
{
    private const string AwsPrefix = "aws/";

    public int Order => 5;

    public Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var states = health.Read();
        if (states.Count == 0) return Task.FromResult(locale.Text("status.dependencies.none"));
        var well = states.Where(state => state.IsUp).Select(state => Shown(state.Name, locale)).ToList();
        List<string> lines = [locale.Text("status.dependencies")];
        lines.AddRange(states.Where(state => !state.IsUp).Select(state => locale.Text(
            "status.dependency.ill", ("name", Shown(state.Name, locale)),
            ("since", Mrkdwn.Date(state.Since, "{date_short_pretty} {time_secs}", locale.DayAndTime(state.Since))),
            ("reason", Mrkdwn.Escape(state.Reason ?? "")))));
        if (well.Count > 0) lines.Add(locale.Text("status.dependency.well", ("names", string.Join(", ", well))));
        return Task.FromResult(string.Join('\n', lines));
    }

    /// <summary>Its name in the reader's language; accounts masked.</summary>
    internal static string NameOf(string name, Locale locale) =>
        name.StartsWith(AwsPrefix, StringComparison.Ordinal) ? $"AWS {AccountText.Mask(name[AwsPrefix.Length..])}"
        : locale.Has($"dependency.{name}") ? locale.Text($"dependency.{name}") : Mrkdwn.Escape(name);

    private string Shown(string name, Locale locale) =>
        name.StartsWith(AwsPrefix, StringComparison.Ordinal) && accounts.Find(name[AwsPrefix.Length..]) is { } account
            && account.Name != account.Id
            ? $"AWS {Mrkdwn.Escape(account.Name)}"
            : NameOf(name, locale);
}
