using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>Says lines that another domain has put into a finding's thread. Pure.</summary>
public interface IFindingReplyRenderer
{
    /// <summary>What the names of its lines begin with: <c>remediation.</c></summary>
    string Prefix { get; }

    /// <summary>The line; <paramref name="data"/> is what the domain gave to <see cref="IFindings.ReplyAsync"/>.</summary>
    Message Render(Finding finding, string reply, string data, Locale locale);

    /// <summary>A line in the thread of a group or storm, whose name begins with <c>finding.</c> and the prefix.</summary>
    Message RenderGroup(string reply, string data, Locale locale);
}
