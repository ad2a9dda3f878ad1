namespace ChatOps.Platform.Localization;

/// <summary>
/// The language and zone of whatever is not written for one person or a routed channel.
/// </summary>
public sealed class LocalizationOptions
{
    /// <summary>Where they are configured.</summary>
    public const string Section = "ChatOps:Localization";

    /// <summary>The default language: <c>ko</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "ko";

    /// <summary>The IANA zone in which days begin and times are written.</summary>
    public string TimeZone { get; set; } = "Asia/Seoul";
}
