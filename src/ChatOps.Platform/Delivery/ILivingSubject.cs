using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Delivery;

/// <summary>A domain's side of delivery: it says what is true now; delivery posts or updates it.</summary>
public interface ILivingSubject
{
    /// <summary>The <see cref="SubjectId.Kind"/> it renders.</summary>
    string Kind { get; }

    /// <summary>
    /// The message as it should read now, or null when the subject no longer exists. Loads state, then calls the domain's pure Render.
    /// </summary>
    Task<Message?> RenderAsync(string key, Locale locale, CancellationToken cancellationToken);

    /// <summary>
    /// A thread reply of this subject. <paramref name="reply"/> names the sentence, <paramref name="data"/> is the JSON the domain stored
    /// with it.
    /// </summary>
    Task<Message> RenderReplyAsync(string key, string reply, string data, Locale locale, CancellationToken cancellationToken);

    /// <summary>
    /// One line about each subject for group messages and lists, in the order of <paramref name="keys"/>; unknown keys are left out.
    /// </summary>
    Task<IReadOnlyList<SubjectLine>> DescribeAsync(IReadOnlyList<string> keys, Locale locale, CancellationToken cancellationToken);

    /// <summary>The title of a group of this kind's subjects: <c>EC2.19  Security groups should not …</c> (mrkdwn, escaped).</summary>
    Task<string> DescribeGroupAsync(string group, Locale locale, CancellationToken cancellationToken);

    /// <summary>The <c>action_id</c> of the button that opens one subject from a group or a list; its value is the subject's key.</summary>
    string OpenActionId { get; }
}

/// <summary>One subject in a list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Rank">How bad it is.</param>
/// <param name="Open">Whether it still needs somebody.</param>
/// <param name="Mrkdwn">The line itself, escaped: sign and word of severity, resource, account, what is wrong.</param>
/// <param name="Csv">The same facts as plain fields, for the CSV export.</param>
public sealed record SubjectLine(string Key, Severity Rank, bool Open, string Mrkdwn, IReadOnlyList<KeyValuePair<string, string>> Csv);
