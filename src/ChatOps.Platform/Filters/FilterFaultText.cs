using ChatOps.Kernel.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Filters;

/// <summary>What is wrong with a filter, as a sentence: the same for every command.</summary>
public static class FilterFaultText
{
    private const int MaxValue = 80;
    private const int MaxAllowed = 20;

    /// <summary>The sentence in markup, for a message.</summary>
    public static string Describe(FilterFault fault, Locale locale)
    {
        var (key, values) = TextOf(fault, Mrkdwn.Code);
        return locale.Text(key, values);
    }

    /// <summary>The sentence without markup, for a field of a modal.</summary>
    public static string DescribePlain(FilterFault fault, Locale locale)
    {
        var (key, values) = TextOf(fault, value => value);
        return locale.Text(key, values);
    }

    /// <summary>The answer to a command.</summary>
    public static Message Render(FilterFault fault, Locale locale)
    {
        var text = Describe(fault, locale);
        return new Message { Text = text, Blocks = [new SectionBlock(new Mrkdwn(text, Verbatim: true))] };
    }

    /// <summary>The sentence as an exception, for code that has no locale at hand.</summary>
    public static UserFacingException Exception(FilterFault fault)
    {
        var (key, values) = TextOf(fault, Mrkdwn.Code);
        return new UserFacingException(key, values);
    }

    private static (string Key, (string Name, object? Value)[] Values) TextOf(FilterFault fault, Func<string, string> quote)
    {
        string Quoted(string text) => quote(TextCut.Plain(text, MaxValue));
        (string, object?) filter = ("filter", Quoted($"{fault.Key}:"));
        (string, object?) value = ("value", Quoted(fault.Value));
        (string, object?) nearest = ("nearest", fault.Nearest is { } near ? Quoted(near) : "");
        (string, object?) allowed = ("allowed", fault.Allowed.Count == 0
            ? "–"
            : string.Join(", ", fault.Allowed.Take(MaxAllowed).Select(Quoted)) + (fault.Allowed.Count > MaxAllowed ? ", …" : ""));
        (string, object?) count = ("count", fault.Kind == FilterFaultKind.TooLong ? FilterGrammar.MaxLength : FilterGrammar.MaxTerms);
        var hasNearest = fault.Nearest is not null;
        return (fault.Kind, fault.Name) switch
        {
            (FilterFaultKind.UnknownKey, _) => (
                hasNearest ? "filter.unknown-key.nearest" : "filter.unknown-key",
                hasNearest ? [filter, nearest, allowed] : [filter, allowed]),
            (FilterFaultKind.UnknownValue, AwsFilterKeys.AccountName) => (
                hasNearest ? "filter.unknown-account.nearest" : "filter.unknown-account",
                hasNearest ? [value, nearest, allowed] : [value, allowed]),
            (FilterFaultKind.UnknownValue, _) => (
                hasNearest ? "filter.unknown-value.nearest" : "filter.unknown-value",
                hasNearest ? [filter, value, nearest, allowed] : [filter, value, allowed]),
            (FilterFaultKind.MissingValue, _) => ("filter.missing-value", [filter, nearest]),
            (FilterFaultKind.MissingTag, _) => ("filter.missing-tag", [filter, nearest]),
            (FilterFaultKind.NotATime, _) => ("filter.not-a-time", [filter, value, nearest]),
            (FilterFaultKind.OpenQuote, _) => ("filter.open-quote", [value]),
            (FilterFaultKind.OpenOr, _) => ("filter.open-or", [value]),
            (FilterFaultKind.NoWords, _) =>
                (hasNearest ? "filter.no-words.nearest" : "filter.no-words", hasNearest ? [value, nearest, allowed] : [value, allowed]),
            (FilterFaultKind.NoWildcards, _) => ("filter.no-wildcards", [filter, value]),
            (FilterFaultKind.TooLong, _) => ("filter.too-long", [count]),
            (FilterFaultKind.TooMany, _) => ("filter.too-many", [count]),
            var (kind, _) => throw new InvalidOperationException($"No text for {kind}."),
        };
    }
}
