namespace ChatOps.Sandbox.Aws.Costs;

/// <summary>What a share of the estate costs: one service of one account in one region, under its tags.</summary>
/// <param name="Service">As Cost Explorer names it.</param>
/// <param name="Account">The account.</param>
/// <param name="Region">The region, or <c>global</c>.</param>
/// <param name="Owner">The tag; null for what nobody tagged.</param>
/// <param name="Env">The tag; null for what nobody tagged.</param>
/// <param name="Base">US dollars on a weekday at the beginning of 2026; negative for credits.</param>
internal sealed record CostLine(string Service, string Account, string Region, string? Owner, string? Env, decimal Base);

/// <summary>What one line cost on one day.</summary>
internal readonly record struct CostEntry(DateOnly Day, CostLine Line, decimal Amount);

/// <summary>
/// The accounts' bill. Every day costs the same whenever it is asked for: weekends are cheaper, the estate grows by an eighth a year,
/// and each line wavers a little by a hash of itself and the day. Guarded by the state's lock.
/// </summary>
internal sealed class CostLedger
{
    public const string Compute = "Amazon Elastic Compute Cloud - Compute";

    private const string Prod = AwsSandboxOptions.ProdAccount;
    private const string Stage = AwsSandboxOptions.StageAccount;
    private const string Seoul = AwsSandboxOptions.HomeRegion;
    private const string Virginia = AwsSandboxOptions.OtherRegion;
    private const decimal YearlyGrowth = 0.12m;

    private static readonly DateOnly Epoch = new(2026, 1, 1);

    private static readonly CostLine[] Lines =
    [
        new(Compute, Prod, Seoul, "DEVELOPER", "PROD", 84m),
        new(Compute, Prod, Seoul, "DEVOPS", "PROD", 31m),
        new(Compute, Prod, Virginia, "DEVELOPER", "PROD", 18m),
        new(Compute, Prod, Seoul, null, null, 12m),
        new(Compute, Stage, Seoul, "DEVELOPER", "DEV", 22m),
        new(Compute, Stage, Virginia, null, null, 4m),
        new("EC2 - Other", Prod, Seoul, "DEVOPS", "PROD", 19m),
        new("EC2 - Other", Stage, Seoul, "DEVOPS", "DEV", 3.4m),
        new("Amazon Relational Database Service", Prod, Seoul, "DEVELOPER", "PROD", 62m),
        new("Amazon Relational Database Service", Stage, Seoul, "DEVELOPER", "DEV", 9m),
        new("Amazon Simple Storage Service", Prod, Seoul, "DEVOPS", "PROD", 14m),
        new("Amazon Simple Storage Service", Prod, Virginia, null, "PROD", 3.1m),
        new("Amazon Simple Storage Service", Stage, Seoul, null, null, 1.2m),
        new("Amazon CloudFront", Prod, "global", "DEVELOPER", "PROD", 11m),
        new("Amazon Elastic Load Balancing", Prod, Seoul, "DEVOPS", "PROD", 8m),
        new("Amazon ElastiCache", Prod, Seoul, "DEVELOPER", "PROD", 13m),
        new("Amazon Elastic Container Service", Prod, Seoul, "DEVOPS", "PROD", 9m),
        new("AmazonCloudWatch", Prod, Seoul, "DEVOPS", "PROD", 10m),
        new("AmazonCloudWatch", Stage, Seoul, "DEVOPS", "DEV", 1.6m),
        new("AWS Lambda", Prod, Seoul, "DEVELOPER", "PROD", 5.2m),
        new("Amazon DynamoDB", Prod, Seoul, "DEVELOPER", "PROD", 6.3m),
        new("AWS Key Management Service", Prod, Seoul, "SECURITY", "PROD", 0.9m),
        new("Amazon GuardDuty", Prod, Seoul, "SECURITY", "PROD", 4.4m),
        new("AWS Security Hub", Prod, Seoul, "SECURITY", "PROD", 2.2m),
        new("AWS WAF", Prod, "global", "SECURITY", "PROD", 1.7m),
        new("Amazon Route 53", Prod, "global", null, null, 0.6m),
        new("Amazon Simple Queue Service", Prod, Seoul, "DEVELOPER", "PROD", 0.5m),
        new("AWS Support (Business)", Prod, "global", "BILLING", "PROD", 16m),
        // A credit of the year's contract.
        new("Amazon Relational Database Service", Prod, Seoul, "BILLING", "PROD", -6m),
    ];

    private readonly List<Extra> _extras = [];

    /// <summary>What Cost Anomaly Detection has seen, newest last.</summary>
    public List<CostAnomaly> Anomalies { get; } = [];

    /// <summary>The budgets that the panel has overrun.</summary>
    public HashSet<string> Overrun { get; } = new(StringComparer.Ordinal);

    /// <summary>The entries of some days that an account sees: the payer's sees all. Of today, as much as has passed.</summary>
    public IEnumerable<CostEntry> Entries(string caller, DateOnly from, DateOnly to, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var passed = (decimal)now.UtcDateTime.TimeOfDay.TotalDays;
        for (var day = from; day < to && day <= today; day = day.AddDays(1))
        {
            foreach (var entry in Of(day, expected: false))
            {
                if (!Sees(caller, entry.Line)) continue;
                yield return day == today ? entry with { Amount = Math.Round(entry.Amount * passed, 10) } : entry;
            }
        }
    }

    /// <summary>What is to be expected of some days, without wavering, but with what the panel has made happen.</summary>
    public IEnumerable<CostEntry> Expected(string caller, DateOnly from, DateOnly to)
    {
        for (var day = from; day < to; day = day.AddDays(1))
        {
            foreach (var entry in Of(day, expected: true))
            {
                if (Sees(caller, entry.Line)) yield return entry;
            }
        }
    }

    /// <summary>More cost than usual: on days gone by, and on those to come.</summary>
    public void Add(CostLine line, DateOnly from, DateOnly to, decimal daily, bool onlyExpected = false) =>
        _extras.Add(new Extra(line, from, to, daily, onlyExpected));

    public void Clear()
    {
        _extras.Clear();
        Anomalies.Clear();
        Overrun.Clear();
    }

    private static bool Sees(string caller, CostLine line) => caller == Prod || line.Account == caller;

    private IEnumerable<CostEntry> Of(DateOnly day, bool expected)
    {
        var grown = 1m + (YearlyGrowth * (day.DayNumber - Epoch.DayNumber) / 365m);
        var weekend = day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        foreach (var line in Lines)
        {
            // People's machines sleep at the weekend, production does not.
            var week = !weekend ? 1m : line.Env == "DEV" ? 0.45m : 0.93m;
            var wavers = expected ? 1m : 1m + (((int)(Hash(line, day) % 1001) - 500) / 10_000m);
            yield return new CostEntry(day, line, Math.Round(line.Base * Math.Max(grown, 0.2m) * week * wavers, 10));
        }

        foreach (var extra in _extras)
        {
            if (day >= extra.From && day < extra.To && (expected || !extra.OnlyExpected))
                yield return new CostEntry(day, extra.Line, extra.Daily);
        }
    }

    /// <summary>FNV-1a: the same in every process.</summary>
    private static uint Hash(CostLine line, DateOnly day)
    {
        var hash = 2166136261u;
        foreach (var c in $"{line.Service}|{line.Account}|{line.Region}|{line.Owner}|{day.DayNumber}") hash = (hash ^ c) * 16777619u;
        return hash;
    }

    private sealed record Extra(CostLine Line, DateOnly From, DateOnly To, decimal Daily, bool OnlyExpected);
}

/// <summary>An anomaly.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Day">The day it is about.</param>
/// <param name="Actual">What the day cost.</param>
/// <param name="Expected">What it should have cost.</param>
/// <param name="Line">Where.</param>
internal sealed record CostAnomaly(string Id, DateOnly Day, decimal Actual, decimal Expected, CostLine Line);
