namespace ChatOps.Platform.Localization;

/// <summary>
/// A placeholder's value that is itself a text: written when the sentence around it is, in the same language. For faults, which are thrown
/// before anybody knows who reads them.
/// </summary>
/// <param name="In">Writes it for a reader.</param>
public sealed record LocalizedValue(Func<Locale, string> In);
