using ChatOps.Platform.Localization;

namespace ChatOps.Tests.Kit;

/// <summary>Everyone reads one language.</summary>
internal sealed class GivenLocales(string language) : ILocales
{
    public Locale Default { get; } = Locale.For(language, TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"));

    public Locale For(string? language) => Locale.For(language, Default.Zone);

    public Task<Locale> OfUserAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(Default);
}
