using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using MimeKit;

namespace ChatOps.Reports;

/// <summary>The policy <c>report.yaml</c>: who gets the report by e-mail, whose performance it shows, which dashboards.</summary>
internal sealed record ReportPolicy(
    IReadOnlyList<Recipients> Recipients, IReadOnlyList<Service> Services, string? DashboardTag, int Panels, TimeSpan SourceLimit)
{
    /// <summary>The file.</summary>
    public const string File = "report.yaml";

    private const int MaxServices = 200;

    /// <summary>Reads the file.</summary>
    public static ReportPolicy Read(PolicyMap root)
    {
        var recipients = root.Maps("recipients").Select(ReadRecipients).ToList();
        var services = root.Maps("services").Select(ReadService).ToList();
        if (services.Count > MaxServices) root.Fault("services", $"at most {MaxServices} services fit a report");
        var grafana = root.Map("grafana");
        return new ReportPolicy(
            recipients, services, grafana?.Text("tag"), grafana?.Number("panels", 2, 0, 6) ?? 0,
            TimeSpan.FromSeconds(root.Number("seconds", 30, 1, 300)));
    }

    private static Recipients ReadRecipients(PolicyMap map)
    {
        var to = map.Texts("to");
        if (to.Count == 0) map.Fault("to", "'to' is missing: name at least one address");
        foreach (var address in to.Where(
            address => !MailboxAddress.TryParse(address, out var mailbox) || !mailbox.Address.Contains('@', StringComparison.Ordinal)))
            map.Fault("to", $"'{address}' is no e-mail address");
        var language = map.Text("language");
        if (language is not null && !Locale.Languages.Contains(language))
            map.Fault("language", $"'language' is '{language}', but must be one of {string.Join(", ", Locale.Languages)}");
        return new Recipients(to, language);
    }

    private static Service ReadService(PolicyMap map)
    {
        var signals = Enum.GetValues<Signal>()
            .Select(signal => (Signal: signal, Map: map.Map(Key(signal))))
            .Where(entry => entry.Map is not null)
            .ToDictionary(entry => entry.Signal, entry => ReadQuery(entry.Map!, entry.Signal));
        if (signals.Count == 0) map.Fault("name", "a service needs at least one of traffic, errors, latency, saturation");
        return new Service(map.Required("name"), signals);
    }

    private static GoldenSignalQuery ReadQuery(PolicyMap map, Signal signal)
    {
        double? Bound(string key)
        {
            if (map.Text(key) is not { } text) return null;
            if (double.TryParse(
                text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value))
                return value;
            map.Fault(key, $"'{key}' is '{text}', but must be a number");
            return null;
        }

        var unit = map.Text("unit") ?? signal switch { Signal.Traffic => "req/s", Signal.Latency => "ms", _ => "%" };
        return new GoldenSignalQuery(map.Required("query"), unit, Bound("watch"), Bound("bad"));
    }

    private static string Key(Signal signal) => signal.ToString().ToLowerInvariant();
}

/// <summary>Addresses that get the report in a language.</summary>
internal sealed record Recipients(IReadOnlyList<string> To, string? Language);

/// <summary>A service whose golden signals are shown.</summary>
internal sealed record Service(string Name, IReadOnlyDictionary<Signal, GoldenSignalQuery> Signals);

/// <summary>The four golden signals.</summary>
internal enum Signal
{
    /// <summary>How much is asked of it.</summary>
    Traffic,

    /// <summary>How much of that fails.</summary>
    Errors,

    /// <summary>How long it takes.</summary>
    Latency,

    /// <summary>How full it is.</summary>
    Saturation,
}

/// <summary>How a signal is read.</summary>
/// <param name="Query">PromQL that gives one value; <c>$period</c> stands for the report's length, such as 24h.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Watch">From here on somebody should look.</param>
/// <param name="Bad">From here on at once.</param>
internal sealed record GoldenSignalQuery(string Query, string Unit, double? Watch, double? Bad);
