using ChatOps.Kernel.Filters;

namespace ChatOps.Tagging;

/// <summary>Tags as people write them: <c>Env=PROD "ServiceType=online school" -Team</c>.</summary>
internal static class TagAssignment
{
    /// <summary>Reads lines of <c>Key=Value</c>; a line <c>-Key</c> removes.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="policy">Whose keys are found with and without prefix.</param>
    /// <param name="present">Free keys that are there already: <c>Env</c> from before the policy is itself, and not the policy's
    /// <c>acme:Env</c>.</param>
    /// <returns>The tags, keys as AWS has them; and the first line that cannot be read.</returns>
    public static (IReadOnlyDictionary<string, string?> Tags, string? Wrong) Lines(
        string text, TagPolicy policy, IReadOnlySet<string>? present = null)
    {
        var tags = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && present?.Contains(line[..at].Trim()) == true && TagText.ValueFault(line[(at + 1)..].Trim()) is null)
                tags[line[..at].Trim()] = line[(at + 1)..].Trim();
            else if (line is ['-', ..] && TagText.KeyFault(line[1..].Trim()) is null && !line.Contains('=', StringComparison.Ordinal))
                tags[KeyOf(line[1..].Trim(), policy)] = null;
            else if (TryRead(line, policy, out var key, out var value) is null) tags[key] = value;
            else return (tags, line);
        }

        return (tags, null);
    }

    /// <summary>
    /// Parts a command into what it is about, as it was typed, and the tags it sets: assignments stand at the end, and a search's own
    /// <c>tag:Env=PROD</c> is none.
    /// </summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="grammar">What assets are searched by.</param>
    public static (string What, IReadOnlyList<string> Assignments) Split(string text, FilterGrammar grammar)
    {
        var tokens = FilterTokenizer.Read(text, out _);
        var first = tokens.Count;
        while (first > 0 && tokens[first - 1].Text.IndexOf('=', StringComparison.Ordinal) > 0 && !grammar.IsFilter(tokens[first - 1]))
            first--;
        // By the tokens' own bounds: space within a quotation that nothing closes is part of what is looked for.
        return (
            first == 0 ? "" : text[tokens[0].Start..tokens[first - 1].End],
            [.. tokens.Skip(first).Select(token => token.Text)]);
    }

    /// <summary>Reads <c>Key=Value</c>; what is wrong, as a text's key.</summary>
    public static string? TryRead(string assignment, TagPolicy policy, out string key, out string value)
    {
        var at = assignment.IndexOf('=', StringComparison.Ordinal);
        key = at > 0 ? KeyOf(assignment[..at].Trim(), policy) : "";
        value = at > 0 ? assignment[(at + 1)..].Trim() : "";
        if (at <= 0 || TagText.KeyFault(key) is not null) return "tag.fault.key";
        if (TagText.ValueFault(value) is not null) return "tag.fault.value";
        if (policy.Find(key) is { } known && key == policy.Full(known.Name))
        {
            if (known.Normalize(value) is not { } normalized) return "tag.fault.not-allowed";
            value = normalized;
        }

        return null;
    }

    /// <summary>A key as AWS has it: the policy's are found with and without prefix, in any case.</summary>
    public static string KeyOf(string name, TagPolicy policy) => policy.Find(name) is { } known ? policy.Full(known.Name) : name;
}
