using ChatOps.Platform.Localization;
using ChatOps.Slack.Interactions;

namespace ChatOps.Platform.Operations;

/// <summary>The platform's own sentences, in the user's language.</summary>
internal sealed class InteractionTexts(ILocales locales) : IInteractionTexts
{
    public async ValueTask<string> Get(InteractionText text, Interaction interaction, CancellationToken cancellationToken)
    {
        var locale = interaction.UserId.Length == 0 ? locales.Default : await locales.OfUserAsync(interaction.UserId, cancellationToken);
        return locale.Text($"interaction.{text.ToString().ToLowerInvariant()}", ("id", interaction.Id));
    }
}
