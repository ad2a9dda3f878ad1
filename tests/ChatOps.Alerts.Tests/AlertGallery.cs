using ChatOps.Kernel.Filters;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Prometheus;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Alerts.Tests;

/// <summary>Every message and modal of alerts, in every state.</summary>
public sealed class AlertGallery : IGallery
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 10, 0, TimeSpan.Zero);
    private static readonly AlertFilters Filters = new(new TwoAccounts(), new GivenLocales("en"), TimeProvider.System);
    private static readonly AlertGroup Firing = Of("alertmanager/webhook-v4-firing.json");

    public static string Domain => "alert";

    public static SnapshotFolder Snapshots { get; } = SnapshotFolder.Beside();

    public static IEnumerable<string> Agreed =>
    [
        "event-webhook-v4-firing", "event-amp-sns-default-text", "event-sns-alarm", "state-firing", "state-acknowledged",
        "state-silence-active", "state-silence-failed",
        "state-muted", "state-resolved", "state-flapping", "state-many", "state-unread", "list-page", "silences", "query",
    ];

    public static IEnumerable<(string Name, Func<Locale, Message> Render)> Messages
    {
        get
        {
            foreach (var file in AlertEvents.Files)
                yield return (
                    $"event-{Path.GetFileNameWithoutExtension(file)}",
                    locale => AlertMessage.Render(Of(file), new AlertView(true), locale));
            foreach (var (state, group) in States)
                yield return ($"state-{state}", locale => AlertMessage.Render(group, new AlertView(true), locale));
            var data = new AlertReplyData
            {
                ByUserId = "U0JIYEON",
                Text = "because <!here>",
                Count = 3,
                Before = 1,
                Until = Now.AddHours(1),
            };
            foreach (var constant in typeof(AlertReplies).GetFields())
            {
                var reply = (string)constant.GetRawConstantValue()!;
                yield return ($"reply-{reply}", locale => new Message { Text = AlertThread.Say(Firing, reply, data, locale) });
            }

            var page = States.Select(state => state.Group).Take(8).ToList();
            Assert.True(Filters.TryRead("severity:high+ state:all <b>&", out var filter, out _));
            yield return ("list-page", locale => AlertListMessage.Render(page, filter, 8, 312, locale));
            yield return ("list-nothing", locale => AlertListMessage.Render([], filter, 0, 0, locale));
            yield return ("list-none-firing", locale => AlertListMessage.Render([], Filter.All, 0, 0, locale));
            yield return ("silences", locale => AlertListMessage.Render(
                [
                    new SilenceLine("s", [new Matcher("a", "<b>")], Now, "U0JIYEON", "jiyeon", "because <!here>", "", false, true),
                    new SilenceLine("t", [], Now, null, "some <one>", "", "Alarm *x*", true, false)
                ],
                "Alertmanager does not answer.", AlertWorld.Policy.Value, locale));
            yield return ("silences-none", locale => AlertListMessage.Render([], null, AlertWorld.Policy.Value, locale));
            yield return ("query", locale => QueryMessage.Render(
                "rate(x[5m])", 3, [.. Enumerable.Range(0, 25).Select(i => new Sample(
                    new Dictionary<string, string> { ["job"] = $"j{i}", ["empty"] = "" }, Now,
                    i % 5 == 0 ? double.NaN : 1234.5 * i))], ("F1", "A line"), locale));
            yield return ("query-empty", locale => QueryMessage.Render("x", 3, [], null, locale));
            yield return ("help", locale => AlertListMessage.Help(Filters.Grammar, locale));
            yield return ("help-wrong", locale => AlertListMessage.Help(Filters.Grammar, locale, "<list>"));
        }
    }

    public static IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals
    {
        get
        {
            foreach (var (state, group) in States)
                yield return ($"open-{state}", locale => AlertOpenButton.Render(group, new AlertView(true), locale));
            yield return ("silence", locale => SilenceModal.Render(
                Firing, false, Now, SilencePreview.Render([Firing.Alerts[0].Labels], AlertWorld.Policy.Value, locale), locale));
            yield return ("silence-without-alertmanager", locale => SilenceModal.Render(Firing, true, Now, null, locale));
            yield return ("mute-alarm", locale => SilenceModal.Render(Of("cloudwatch-alarm/sns-alarm.json"), true, Now, null, locale));
            yield return ("graph-drawing", locale => GraphModal.Render(Firing, 3, null, locale.Text("alert.graph.drawing"), locale));
            yield return ("graph", locale => GraphModal.Render(Firing, 6, ("F1", "A line"), "", locale, "up == 0"));
        }
    }

    public static void AddHandlers(IServiceCollection services) => services.AddAlerts(new ConfigurationBuilder().Build());

    /// <summary>One group through its life.</summary>
    internal static IEnumerable<(string Name, AlertGroup Group)> States
    {
        get
        {
            var silence = new AlertSilence("s1", "U0JIYEON", "deploying <!channel>", Now.AddHours(1), SilenceProgress.Active);
            yield return ("firing", Firing with { Picture = new PictureMark("F1", "InstanceDown over 3 h", 3, Now) });
            yield return ("acknowledged", Firing with { Acknowledged = new AlertAcknowledgement("U0JIYEON", Now) });
            foreach (var progress in Enum.GetValues<SilenceProgress>())
                yield return ($"silence-{progress}".ToLowerInvariant(), Firing with
                {
                    Silence = silence with
                    {
                        Progress = progress,
                        Fault = progress == SilenceProgress.Failed ? "Alertmanager says: <no>" : null,
                    }
                });
            yield return ("muted", Firing with { Silence = silence with { Local = true, Reason = "" } });
            yield return ("resolved", Over(Firing));
            foreach (var kind in Enum.GetValues<SuppressorKind>())
            {
                var suppressor = new Suppressor(kind, "s-1", "bob.kim <b>") { Reason = "the disk & all", Until = Now.AddHours(1) };
                yield return ($"suppressed-{kind}".ToLowerInvariant(), Firing with
                {
                    Suppressors = [suppressor],
                    Alerts = [.. Firing.Alerts.Select(alert => alert with { SuppressedBy = [suppressor.Key] })],
                });
            }

            yield return ("closed", AlertMerge.Closed(Firing, "U0JIYEON", Now));
            yield return ("not-told", AlertMerge.Closed(Firing, null, Now));
            yield return ("silence-of-ours-elsewhere", Firing with { Silence = silence, Post = 2 });
            yield return ("flapping", Firing with { Fired = [.. Enumerable.Range(0, 5).Select(i => Now.AddMinutes(-i))] });
            yield return ("half", Firing with { Alerts = [Firing.Alerts[0], Over(Firing).Alerts[1]] });
            yield return ("many", Firing with
            {
                Alerts = [.. Enumerable.Range(0, 40).Select(i => Firing.Alerts[0] with
            {
                Key = $"k{i}",
                Labels = new Dictionary<string, string>(Firing.Alerts[0].Labels) { ["instance"] = $"10.0.0.{i}" },
            })],
                Truncated = 7
            });
            yield return ("no-data", Of(
                "cloudwatch-alarm/sns-alarm.json", body => body.Replace("\"ALARM\"", "\"INSUFFICIENT_DATA\"", StringComparison.Ordinal)));
            yield return ("unread", Firing with
            {
                Unread = "nonsense <!channel> ``` x",
                Alerts = [],
                GroupLabels = new Dictionary<string, string>(),
                EndedAt = null,
            });
            yield return ("hostile", Hostile());
        }
    }

    internal static AlertGroup Of(string file, Func<string, string>? change = null)
    {
        var body = (change ?? (text => text))(AlertEvents.Body(file));
        var kind = file.Contains("cloudwatch", StringComparison.Ordinal) ? AlertRecognizer.CloudWatch : AlertRecognizer.Alertmanager;
        return AlertMerge.Apply(null, AlertEventReader.Read(new IncomingEvent("e", "x", kind, body))!, AlertWorld.Policy.Value, Now)!.Group;
    }

    private static AlertGroup Over(AlertGroup group) => group with
    {
        Alerts = [.. group.Alerts.Select(alert => alert with { Status = AlertStatus.Resolved, EndsAt = Now })],
        EndedAt = Now,
    };

    /// <summary>Everything that comes from outside tries to do harm.</summary>
    private static AlertGroup Hostile()
    {
        const string Evil = "<!channel> <https://evil.example|click> *bold* `code` & @here \u202e😀 ";
        var text = string.Concat(Enumerable.Repeat(Evil, 60));
        var labels = Enumerable.Range(0, 30).ToDictionary(i => $"{Evil}{i}", _ => text);
        return Firing with
        {
            Name = text,
            SeverityWord = text,
            Account = Evil,
            Region = Evil,
            ExternalUrl = "javascript:alert(1)",
            Alarm = new AlarmFacts { Reason = text, Metric = text, Condition = text },
            Silence = new AlertSilence("s", Evil, text, Now, SilenceProgress.Failed) { Fault = text },
            Picture = new PictureMark("F1", text, 3, Now),
            Alerts = [.. Enumerable.Range(0, 10).Select(i => new Alert(
                $"k{i}", new Dictionary<string, string>(labels) { [$"{Evil}x"] = $"{i}{text}" },
                new Dictionary<string, string>
                {
                    ["summary"] = text,
                    ["description"] = $"{text}.",
                    ["runbook_url"] = "javascript:alert(1)",
                },
                AlertStatus.Firing, Now, Now) { GeneratorUrl = text })],
        };
    }
}
