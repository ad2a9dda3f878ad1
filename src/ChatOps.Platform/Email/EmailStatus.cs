using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Email;

/// <summary>E-mail in <c>/chatops status</c>.</summary>
internal sealed class EmailStatus(EmailStore store, IOptions<EmailOptions> options, TimeProvider time) : IStatusSection
{
    private static readonly TimeSpan Shown = TimeSpan.FromDays(1);

    public int Order => 30;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        if (!options.Value.IsOn) return locale.Text("status.email.off");
        var (counts, error) = await store.CountAsync(time.GetUtcNow() - Shown, cancellationToken);
        long Of(string state) => counts.GetValueOrDefault(state);
        var line = locale.Text(
            "status.email", ("host", Mrkdwn.Escape(options.Value.Host)), ("waiting", Of("waiting") + Of("sending")), ("sent", Of("sent")),
            ("failed", Of("failed")), ("doubtful", Of("doubtful")));
        return error is null
            ? line
            : $"{line}\n{locale.Text("status.email.error", ("error", Mrkdwn.Escape(StorableText.Cut(error, 300))))}";
    }
}
