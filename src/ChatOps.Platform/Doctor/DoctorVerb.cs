using ChatOps.Platform.Dependencies;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Doctor;

/// <summary><c>/chatops doctor</c>: examines the surroundings now, and says what to do about what is wrong.</summary>
internal sealed class DoctorVerb(DoctorExamination examination) : IChatOpsVerb
{
    private const int Shown = 20;

    public string Name => "doctor";

    public int Order => 10;

    public async Task<Message> AnswerAsync(SlashCommand command, string rest, Locale locale, CancellationToken cancellationToken) =>
        Render(await examination.RunAsync(cancellationToken), locale);

    /// <summary>The answer. Pure.</summary>
    internal static Message Render(IReadOnlyList<Diagnosis> found, Locale locale)
    {
        var ills = found.Where(diagnosis => diagnosis.Level != DiagnosisLevel.Well).ToList();
        var well = found.Count - ills.Count;
        var head = ills.Count == 0
            ? $"🟢 *{locale.Text("doctor.well", ("count", well))}*"
            : $"🔴 *{locale.Text("doctor.ill", ("count", ills.Count), ("well", well))}*";
        List<string> lines = [head, .. ills.Take(Shown).Select(diagnosis => Line(diagnosis, locale))];
        if (ills.Count > Shown) lines.Add(locale.Text("list.more", ("count", (long)(ills.Count - Shown))));
        var text = TextCut.Markup(string.Join('\n', lines), 2_990);
        return new Message { Text = head, Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true)) { Expand = true }] };
    }

    private static string Line(Diagnosis diagnosis, Locale locale)
    {
        var sign = diagnosis.Level == DiagnosisLevel.Fault ? "🔴" : "🟠";
        var remedy = diagnosis.RemedyIn(locale) is { } text ? $"\n      {text}" : "";
        return $"{sign} *{Shown(diagnosis.What, locale)}* {Mrkdwn.Escape(diagnosis.Reason ?? "")}{remedy}";

        static string Shown(string what, Locale locale)
        {
            var words = what.Split(' ', 2);
            return DependencyStatus.NameOf(words[0], locale) + (words is [_, var rest] ? $" {Mrkdwn.Escape(rest)}" : "");
        }
    }
}
