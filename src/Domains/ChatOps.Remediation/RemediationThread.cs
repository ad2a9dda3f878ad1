using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>Says our lines in a finding's thread.</summary>
internal sealed class RemediationThread : IFindingReplyRenderer
{
    public string Prefix => RemediationReply.Prefix;

    public Message Render(Finding finding, string reply, string data, Locale locale) => RemediationReply.Render(reply, data, locale);

    public Message RenderGroup(string reply, string data, Locale locale) => BatchReply.Render(reply, data, locale);
}
