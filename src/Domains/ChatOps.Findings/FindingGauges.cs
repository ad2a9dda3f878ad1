using ChatOps.Platform.Storage;
using ChatOps.Platform.Telemetry;
using Dapper;

namespace ChatOps.Findings;

/// <summary>How many findings stand open.</summary>
internal sealed class FindingGauges(IDatabase database) : IGaugeSource
{
    private static readonly Gauge Open = new(
        "chatops.findings.open", "{finding}", "Findings that are neither resolved nor archived, by severity, state and account.");

    // Minutes are enough for what changes in hours, and the query goes over all that is open.
    public TimeSpan Every { get; } = TimeSpan.FromMinutes(1);

    public IReadOnlyList<Gauge> Gauges { get; } = [Open];

    public async Task<IReadOnlyList<GaugeReading>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string State, int Rank, string Account, long Count)>(new CommandDefinition(
            "SELECT state, rank, account, COUNT(*) FROM findings WHERE state IN ('New', 'Acknowledged', 'Suppressed') GROUP BY state, " +
            "rank, account",
            cancellationToken: cancellationToken));
        return [.. rows.Select(row => Open.At(
            row.Count, new("severity", ((Severity)row.Rank).ToString().ToLowerInvariant()), new("state", row.State.ToLowerInvariant()),
            new("account", row.Account)))];
    }
}
