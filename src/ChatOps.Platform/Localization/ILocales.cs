namespace ChatOps.Platform.Localization;

/// <summary>Finds the locale a text is to be written in: a channel's by its route, a person's by their Slack profile.</summary>
public interface ILocales
{
    /// <summary>The configured language and zone.</summary>
    Locale Default { get; }

    /// <summary>The locale of a language code in the configured zone.</summary>
    Locale For(string? language);

    /// <summary>
    /// The locale of a Slack user, from their profile (cached for an hour); the default when Slack does not say or cannot be asked in time.
    /// For what only this person sees: modals, ephemeral messages, answers to commands.
    /// </summary>
    Task<Locale> OfUserAsync(string userId, CancellationToken cancellationToken);
}
