using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Operations;

/// <summary>A domain's lines in <c>/chatops status</c>.</summary>
public interface IStatusSection
{
    /// <summary>Its place from the top.</summary>
    int Order { get; }

    /// <summary>
    /// How it stands now, in a few lines (markup), the first a bold title. May read; throws when it cannot, which is then shown.
    /// </summary>
    Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken);
}
