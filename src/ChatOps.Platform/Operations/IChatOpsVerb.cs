using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Operations;

/// <summary>A domain's own verb of <c>/chatops</c>.</summary>
public interface IChatOpsVerb
{
    /// <summary>The word after the command, in small letters.</summary>
    string Name { get; }

    /// <summary>Its place in <c>/chatops help</c>; the line there is the text <c>chatops.help.{Name}</c>.</summary>
    int Order { get; }

    /// <summary>Answers <c>/chatops {Name} {rest}</c>; only the asker sees it.</summary>
    Task<Message> AnswerAsync(SlashCommand command, string rest, Locale locale, CancellationToken cancellationToken);
}
