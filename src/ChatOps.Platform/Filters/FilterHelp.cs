using ChatOps.Kernel.Filters;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Platform.Filters;

/// <summary>The filters of a command for its help, from the declaration that the command is read by.</summary>
public static class FilterHelp
{
    /// <summary>A line for each key, and how filters are combined, in markup.</summary>
    /// <param name="grammar">The command's. What a key means is the text <c>filter.{grammar}.{key}</c>, or <c>filter.key.{key}</c> where it
    /// means the same everywhere.</param>
    /// <param name="locale">The reader's.</param>
    public static string Lines(FilterGrammar grammar, Locale locale)
    {
        var lines = new List<string> { $"*{locale.Text("filter.help.head")}*" };
        lines.AddRange(grammar.Keys.Select(key => $"{Mrkdwn.Code(key.Example)}  {Meaning(grammar, key, locale)}{Values(key)}"));
        lines.Add(locale.Text(grammar.TakesWords ? "filter.help.words" : "filter.help.keys"));
        return string.Join('\n', lines);
    }

    /// <summary>The filters as a block.</summary>
    public static Block Block(FilterGrammar grammar, Locale locale) =>
        new SectionBlock(new Mrkdwn(Lines(grammar, locale), Verbatim: true)) { Expand = true };

    private static string Meaning(FilterGrammar grammar, FilterKey key, Locale locale) =>
        locale.Has($"filter.{grammar.Name}.{key.Name}")
            ? locale.Text($"filter.{grammar.Name}.{key.Name}")
            : locale.Text($"filter.key.{key.Name}");

    /// <summary>What is configured is as long as the estate is large; what is declared in code is a handful.</summary>
    private static string Values(FilterKey key) =>
        key.Kind == FilterKind.Choice && key.Name is not (AwsFilterKeys.AccountName or AwsFilterKeys.RegionName)
            && key.Choices() is { Count: > 0 and <= 10 } choices
            ? $": {string.Join(", ", choices.Select(choice => Mrkdwn.Escape(choice.Shown)))}"
            : "";
}
