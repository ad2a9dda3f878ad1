using ChatOps.Aws;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Costs.Tests;

/// <summary>
/// Every message and modal of costs, in every state: for snapshots, for the lint tests, and for the check against Slack's own types.
/// </summary>
public sealed class CostGallery : IGallery
{
    private const string Evil = "<!channel> <https://evil.example|click> *bold* `code` & @here \u202e😀 ";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    private static readonly IAwsAccounts Accounts = new TwoAccounts();

    private static readonly Budget Told = new()
    {
        Id = "b1",
        Account = "111122223333",
        Name = "prod",
        Period = BudgetPeriod.Of("MONTHLY", new DateOnly(2026, 11, 20)),
        NoticedAt = Now,
        Limit = Usd(12_000m),
        Forecast = Usd(15_234m),
        Passed = new BudgetThreshold(BudgetFigure.Forecasted, null, 100m),
        KnownUntil = new DateOnly(2026, 11, 20),
        CrossedOn = new DateOnly(2026, 11, 24),
    };

    private static readonly Budget Read = Told with
    {
        Actual = Usd(10_870m),
        Thresholds = [new(BudgetFigure.Actual, null, 80m), new(BudgetFigure.Actual, null, 100m), new(BudgetFigure.Forecasted, null, 100m)],
        Drivers =
        [
            Change("Amazon Elastic Compute Cloud - Compute", 6_970m, 5_050m), Change("Amazon Relational Database Service", 2_410m, 2_000m),
            Change("AWS Lambda", 300m, 0m),
        ],
        Pictures = new Dictionary<string, BudgetPicture> { ["en"] = new("F1", "prod · 2026-11"), ["ko"] = new("F2", "prod · 2026-11") },
        ReadAt = Now,
    };

    private static readonly Anomaly Seen = ReadAnomaly();

    public static string Domain => "cost";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<string> Agreed =>
    [
        "budget-told", "budget-will-be-exceeded", "budget-exceeded", "budget-passed", "budget-snoozed", "budget-action", "budget-unread",
        "anomaly-new", "anomaly-acknowledged",
        "today", "forecast", "by-service", "month-charges", "month-old", "digest-daily", "digest-weekly", "digest-preliminary",
    ];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages
    {
        get
        {
            foreach (var (state, budget) in States)
                yield return ($"budget-{state}", locale => BudgetMessage.Render(budget, "prod", locale));
            foreach (var (state, anomaly) in AnomalyStates)
                yield return ($"anomaly-{state}", locale => AnomalyMessage.Render(anomaly, "USD", locale));
            yield return ("budget-former", locale => BudgetMessage.Former(Hostile, locale));
            yield return ("anomaly-former", locale => AnomalyMessage.Former(Seen, locale));
            foreach (var reply in typeof(CostReplies).GetFields().Select(fieldInfo => (string)fieldInfo.GetRawConstantValue()!))
                yield return ($"reply-{reply}", locale => CostThread.Render(reply, Line, Usd(12_000m), "USD", locale));

            yield return (
                "today", locale => CostMessages.Today(
                    Table(new DateOnly(2026, 11, 6), 15), new DateOnly(2026, 11, 18), new DateOnly(2026, 11, 20), Image, locale));
            yield return ("month-charges", locale => CostMessages.Month(Charged, Expected, new DateOnly(2026, 11, 20), Image, locale));
            yield return (
                "month-net",
                locale => CostMessages.Month(
                    Charged with { View = CostView.Net }, Expected, new DateOnly(2026, 11, 20), Image, locale, asked: "account:prod"));
            yield return (
                "month-old",
                locale => CostMessages.Month(
                    Charged with { All = Charged.All with { AsOf = Now, Fault = CostFault.RequestLimit } }, null,
                    new DateOnly(2026, 11, 20), null, locale, CostFault.RequestLimit));
            yield return ("budgets-many", locale => CostMessages.Budgets(Many, "", locale));
            yield return ("digest-failed", locale => DigestViews.Render(
                Digest(DigestFrequency.Daily) with { Failure = "Unreachable" }, locale));
            yield return ("digest-preliminary", locale => DigestViews.Render(
                Digest(DigestFrequency.Monthly) with
                {
                    IsPreliminary = true,
                    ClosedOn = 6,
                    BudgetsEnded = true,
                    BudgetCount = 12,
                    AnomalyCount = 9,
                    ChargesBefore = [new(CostCharge.Tax, Usd(420m))],
                }, locale));
            yield return ("month", locale => CostMessages.Month(Month, Expected, new DateOnly(2026, 11, 20), Image, locale));
            yield return (
                "month-alone",
                locale => CostMessages.Month(Month with { ComparedTo = Month.From }, Expected, new DateOnly(2026, 11, 20), Image, locale));
            yield return ("forecast", locale => CostMessages.Forecast(Month, Expected, new DateOnly(2026, 11, 20), Lines, Image, locale));
            yield return (
                "forecast-none",
                locale => CostMessages.Forecast(Month, null, new DateOnly(2026, 11, 20), new BudgetLines([], []), null, locale));
            yield return ("budgets", locale => CostMessages.Budgets(Lines, "", locale));
            yield return ("budgets-none", locale => CostMessages.Budgets(new BudgetLines([], []), "nope <b>", locale));
            yield return ("by-service", locale => CostMessages.By(Month, CostGrouping.Service, 10, "", Accounts, null, locale));
            yield return (
                "by-tag", locale => CostMessages.By(Month, CostGrouping.Tag("Owner"), 0, "account:prod", Accounts, Image, locale));
            yield return ("no-tag", locale => CostMessages.NoTag(Evil, ["Env", "Owner"], locale));
            yield return ("anomalies", locale => CostMessages.Anomalies(
                [Seen, Seen with { Id = "x", Dimension = Evil }], new HashSet<string> { Seen.Id }, 30, "AccessDenied", locale));
            yield return ("anomalies-none", locale => CostMessages.Anomalies([], new HashSet<string>(), 30, null, locale));
            yield return ("nothing", locale => CostMessages.Month(
                new MonthToDate(new(2026, 11, 1), new(2026, 11, 20), new(2026, 12, 1), new CostTable([]), new CostTable([])), null,
                new(2026, 11, 20), null, locale));
            yield return (
                "help",
                locale => CostMessages.Help(new CostFilters(Accounts, new GivenLocales("en"), TimeProvider.System).Costs, locale, null));
            foreach (var frequency in Enum.GetValues<DigestFrequency>())
                yield return ($"digest-{frequency}".ToLowerInvariant(), locale => DigestViews.Render(Digest(frequency), locale));
        }
    }

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals
    {
        get
        {
            yield return ("assign-anomaly", locale => AssignAnomalyModal.Render(Seen, locale));
            yield return ("anomaly-drill", locale => AnomalyDrillModal.Render(
                Seen, new(new(2026, 11, 18), new(2026, 11, 20), [Change(Evil, 9m, 1m)], [Change("111122223333", 9m, 1m)], []), Accounts,
                locale));
            yield return ("all-budgets", locale => AllBudgetsButton.Render(Many, locale));
            yield return ("all-anomalies", locale => AllAnomaliesButton.Render([.. Enumerable.Repeat(Seen, 40)], "AccessDenied", locale));
            yield return ("drill-reading", locale => DrillDownModal.Reading(Read, locale));
            yield return ("drill-failed", locale => DrillDownModal.Failed(Read, locale.Text("cost.filter"), locale));
            yield return ("drill-service", locale => DrillDownModal.Render(Read, new("b1", "service", 10), Drill(23), Accounts, locale));
            yield return ("drill-tag", locale => DrillDownModal.Render(Read, new("b1", "tag:Owner", 0), Drill(3), Accounts, locale));
            yield return ("drill-nothing", locale => DrillDownModal.Render(Read, new("b1", "account", 0), Drill(0), Accounts, locale));
            yield return ("drill-hostile", locale => DrillDownModal.Render(
                Hostile, new("b1", "service", 0), Drill(2) with { Changes = [Change(Evil, 3m, 1m)] }, Accounts, locale));
            yield return ("assign", locale => AssignBudgetModal.Render(Read, locale));
            yield return ("anomaly", locale => OpenAnomalyButton.Render(Seen, locale));
        }
    }

    public static void AddHandlers(IServiceCollection services) => services.AddCosts();

    private static IEnumerable<(string Name, Budget Budget)> States
    {
        get
        {
            yield return ("told", Told);
            yield return ("will-be-exceeded", Read);
            yield return ("exceeded", Read with { Actual = Usd(12_400m), CrossedOn = new DateOnly(2026, 11, 19) });
            yield return (
                "passed",
                Read with { Forecast = Usd(11_500m), CrossedOn = null, Passed = new BudgetThreshold(BudgetFigure.Actual, null, 80m) });
            yield return ("within", Read with { Actual = Usd(3_000m), Forecast = Usd(9_000m), CrossedOn = null });
            yield return ("acknowledged", Read with { Acknowledged = new Mark("U0JIYEON", Now) });
            yield return ("assigned", Read with { Acknowledged = new Mark("U0JIYEON", Now), AssignedTo = "U0ALEX" });
            yield return ("watched", Read with { IsWatched = true });
            yield return ("target", Read with
            {
                Type = "RI_UTILIZATION",
                Limit = new Money(100m, "PERCENTAGE"),
                Actual = new Money(71.4m, "PERCENTAGE"),
                Forecast = null,
                Drivers = [],
                Passed = new BudgetThreshold(BudgetFigure.Actual, null, 80m) { IsLess = true },
            });
            yield return ("asked-for", Read with { NoticedAt = default, ReadAt = null });
            yield return ("snoozed", Read with { Snoozed = new Snooze("U0MINHO", Now, new Reach(BudgetFigure.Actual, 1m)) });
            yield return ("daily", Told with
            {
                TimeUnit = "DAILY",
                Period = BudgetPeriod.Of("DAILY", new DateOnly(2026, 11, 19)),
                Limit = Usd(70m),
                Forecast = null,
                Actual = Usd(2.15m),
                CrossedOn = null,
                Passed = new BudgetThreshold(BudgetFigure.Actual, 0m, null),
            });
            yield return ("won", Read with
            {
                Limit = new Money(15_000_000m, "KRW"),
                Actual = new Money(12_345_678m, "KRW"),
                Forecast = new Money(18_000_000m, "KRW"),
            });
            foreach (var fault in (string[])[
                "NoAccount", "RequestLimit", "NotFoundException", "AccessDeniedException", "ThrottlingException"
            ])
                yield return ($"fault-{fault}".ToLowerInvariant(), Told with { Fault = fault });
            yield return ("action", Read with
            {
                Actions = [CostEventReader.ReadAction(CostWorld.File("budgets-action/describe-budget-action-pending.json"))!.Value.Action],
            });
            yield return (
                "unread", BudgetMerge.Unread("u1", "AWS Budget Action\n" + string.Concat(Enumerable.Repeat(Evil + "\n", 30)), Now));
            yield return ("hostile", Hostile);
        }
    }

    private static Budget Hostile => Read with
    {
        Name = string.Concat(Enumerable.Repeat(Evil, 10)),
        Drivers = [Change(string.Concat(Enumerable.Repeat(Evil, 20)), 10m, 1m)],
        Fault = Evil,
    };

    private static IEnumerable<(string Name, Anomaly Anomaly)> AnomalyStates
    {
        get
        {
            yield return ("new", Seen);
            yield return ("acknowledged", Seen with { Acknowledged = new Mark("U0ALEX", Now) });
            yield return ("assigned", Seen with
            {
                AssignedTo = "U0ALEX",
                Feedback = new AnomalyFeedback("PLANNED_ACTIVITY", new Mark("U0ALEX", Now)),
            });
            yield return ("bare", new Anomaly { Id = "a", Impact = 12m });
            yield return ("hostile", Seen with
            {
                Dimension = Evil,
                Monitor = Evil,
                Causes = [.. Enumerable.Repeat(new RootCause(Evil, Evil, Evil, Evil, Evil, 1m), 9)],
            });
        }
    }

    private static ImageBlock Image => CostPictures.Block(new BudgetPicture("F9", "costs"));

    private static ExpectedCost Expected =>
        new("USD", 4_000m, [.. Enumerable.Range(20, 11).Select(day => new ExpectedDay(new DateOnly(2026, 11, day), 400m, 360m, 440m))]);

    private static MonthToDate Month =>
        new(new(2026, 11, 1), new(2026, 11, 20), new(2026, 12, 1), Table(new(2026, 11, 1), 19), Table(new(2026, 10, 1), 18, 0.9m))
        {
            ComparedTo = new(2026, 11, 19),
        };

    /// <summary>A month with every kind of charge.</summary>
    private static MonthToDate Charged => Month with
    {
        All = Month.Now with
        {
            Days = [.. Month.Now.Days.Append(new CostDay(
                new(2026, 11, 1), true, [.. Enum.GetValues<CostCharge>().Select(charge =>
                    new CostAmount("x", charge is CostCharge.Credit or CostCharge.Refund ? -40m : 12m, "USD") { Charge = charge })]))],
        },
        AllBefore = Month.Before,
    };

    private static BudgetLines Many => new(
        [
            .. Enumerable.Range(0, 30).Select(i => Lines.Budgets[0] with { Name = $"{Evil} {i}" }),
            Lines.Budgets[0] with
            {
                Type = "RI_UTILIZATION",
                Limit = new(100m, "PERCENTAGE"),
                Actual = new(71.4m, "PERCENTAGE"),
                Forecast = null,
            },
        ], Lines.Faults);

    private static BudgetLines Lines => new(
        [
            new("111122223333", "prod", "prod", "MONTHLY", Usd(12_000m), Usd(10_870m), Usd(15_234m)),
            new("444455556666", "stage", Evil, "MONTHLY", null, null, null)
        ],
        [("444455556666", "AccessDeniedException")]);

    private const string Line =
        """{"byUserId":"U0JIYEON","toUserId":"U0ALEX","passed":{"figure":"Actual","percent":80},"amount":{"amount":9612.5,"currency":"USD"},"share":1001,"until":{"figure":"Actual","share":1},"text":"APPLY_IAM_POLICY <PENDING>"}""";

    private static CostDigest Digest(DigestFrequency frequency)
    {
        var (from, to, _) = DigestPeriod.LastWhole(frequency, new DateOnly(2026, 11, 18));
        return new CostDigest
        {
            Id = "d",
            Frequency = frequency,
            From = from,
            To = to,
            Totals = [Usd(560m), new(12_000m, "KRW")],
            Before = [Usd(500m)],
            WeekMean = frequency == DigestFrequency.Daily ? [Usd(520m)] : [],
            Compared = frequency == DigestFrequency.Monthly ? [Usd(540m)] : null,
            ComparedDays = frequency == DigestFrequency.Monthly ? 30 : null,
            Movers = [Change("Amazon Elastic Compute Cloud - Compute", 400m, 350m), Change(Evil, 3m, 13m)],
            Largest = [Change("Amazon Simple Storage Service", 20m, 20m)],
            Untagged = [Usd(56m)],
            UntaggedKey = "Owner",
            MonthForecast = Usd(15_234m),
            Budgets = Lines.Budgets,
            Anomalies = [Seen],
            Missing = ["anomalies"],
            Estimated = true,
            Pictures = Read.Pictures,
        };
    }

    private static DrillDownModal.DrillReading Drill(int groups)
    {
        var changes = Enumerable.Range(0, groups).Select(i => Change(i == 0 ? "" : $"SECURITY {i}", 100m - i, 90m)).ToList();
        return new(changes, Month.Now, new(2026, 11, 1), new(2026, 11, 20), ["Env", "Owner"]);
    }

    private static CostTable Table(
        DateOnly from, int days, decimal factor = 1m) => new([.. Enumerable.Range(0, days).Select(day => new CostDay(
        from.AddDays(day), from.Month == 11,
        [
            new("Amazon Elastic Compute Cloud - Compute", 350m * factor, "USD"), new("Amazon Relational Database Service", 120.55m, "USD"),
            new("", -3m, "USD"), .. Enumerable.Range(0, 12).Select(i => new CostAmount($"Service {i}", 1.5m + i, "USD"))
        ]))]);

    private static CostChange Change(string key, decimal now, decimal before) => new(key, Usd(now), Usd(before));

    private static Money Usd(decimal amount) => new(amount, "USD");

    private static Anomaly ReadAnomaly() =>
        AnomalyEvents.TryRead(CostWorld.File("cost-anomaly/eventbridge-anomaly-detected.json"), Now, out var anomaly)
            ? anomaly
            : throw new InvalidOperationException("The anomaly cannot be read.");
}
