using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Localization;

/// <summary>
/// Locales by configuration, route and Slack profile. All of them are in the configured zone: a report's day is everybody's day.
/// </summary>
internal sealed class Locales(IOptions<LocalizationOptions> options, ISlackPeople people) : ILocales
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone);

    public Locale Default => For(options.Value.Language);

    public Locale For(string? language) => Locale.For(string.IsNullOrEmpty(language) ? options.Value.Language : language, _zone);

    public async Task<Locale> OfUserAsync(string userId, CancellationToken cancellationToken) =>
        For((await people.FindAsync(userId, cancellationToken))?.Locale);
}

/// <summary>Stops the start on a language or zone that does not exist.</summary>
internal sealed class LocalizationOptionsValidator : IValidateOptions<LocalizationOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalizationOptions options)
    {
        var faults = new List<string>();
        if (!Locale.Languages.Contains(options.Language))
            faults.Add($"ChatOps:Localization:Language is '{options.Language}', but must be one of {string.Join(", ", Locale.Languages)}.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            faults.Add($"ChatOps:Localization:TimeZone is '{options.TimeZone}', which is no IANA time zone such as Asia/Seoul.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
