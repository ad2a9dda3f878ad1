namespace ChatOps.Kernel.Filters;

/// <summary>
/// What a command takes as a filter: words, <c>"several words"</c>, <c>key:value</c> with several values and wildcards, tags, times,
/// <c>OR</c>
/// between terms, and <c>-</c>, <c>!</c> or <c>not</c> before any of them. All commands read what was typed by this, each with keys of its
/// own;
/// what a command does not know is a <see cref="FilterFault"/> and never 'nothing matches'.
/// </summary>
public sealed class FilterGrammar
{
    /// <summary>Longer than anybody types; a filter's text is kept and repeated in messages.</summary>
    public const int MaxLength = 500;

    /// <summary>More terms than anybody needs.</summary>
    public const int MaxTerms = 20;

    /// <summary>What looks like a key and is part of a text: ARNs, tags that AWS sets, addresses, CVEs.</summary>
    private static readonly string[] TextPrefixes = ["arn", "aws", "urn", "http", "https", "cve"];

    private static readonly string[] Ors = ["OR", "|", "||"];

    /// <summary>A grammar of these keys.</summary>
    /// <param name="name">The domain's name, which its texts begin with.</param>
    /// <param name="keys">The keys, in the order in which help has them.</param>
    public FilterGrammar(string name, IReadOnlyList<FilterKey> keys)
    {
        if (keys.FirstOrDefault(key => TextPrefixes.Contains(key.Name)) is { } text)
            throw new ArgumentException($"'{text.Name}:' is read as text.", nameof(keys));
        (Name, Keys) = (name, keys);
    }

    /// <summary>The domain's name.</summary>
    public string Name { get; }

    /// <summary>The keys, in the order in which help has them.</summary>
    public IReadOnlyList<FilterKey> Keys { get; }

    /// <summary>Whether words are looked for; false where a command knows keys only.</summary>
    public bool TakesWords { get; init; } = true;

    /// <summary>Whether <c>OR</c>, <c>AND</c> or <c>not</c>.</summary>
    public static bool IsConnective(string word) =>
        Ors.Contains(word) || word == "AND" || word.Equals("not", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a word looks like <c>key:…</c>, of whatever command.</summary>
    public static bool HasKey(string word)
    {
        var colon = word.AsSpan().IndexOfAny(':', '：');
        return colon > 0 && IsKeyName(word.AsSpan(0, colon)) && !IsText(word, colon);
    }

    /// <summary>The key that is called so, or null.</summary>
    public FilterKey? Find(ReadOnlySpan<char> name)
    {
        foreach (var key in Keys)
        {
            if (key.IsCalled(name)) return key;
        }

        return null;
    }

    /// <summary>
    /// Whether a token is a term with one of the keys: <c>tag:Env=PROD</c> is, <c>Env=PROD</c> and <c>company:Env=PROD</c> are not.
    /// </summary>
    public bool IsFilter(FilterToken token)
    {
        var start = token.Text is ['-' or '!', _, ..] && token.Marks[0] == FilterMark.Plain ? 1 : 0;
        return KeyOf(token, start, out var valueAt, out _, out _) is not null && token.Text[valueAt - 1] != '=';
    }

    /// <summary>Reads what was typed; never throws.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="clock">Against what times are read.</param>
    /// <param name="filter">What was read; everything when it is false.</param>
    /// <param name="fault">What is wrong; null when it is true.</param>
    public bool TryRead(string text, FilterClock clock, out Filter filter, out FilterFault? fault)
    {
        filter = Filter.All;
        text = text.Trim();
        if (text.Length > MaxLength)
        {
            fault = new FilterFault(FilterFaultKind.TooLong);
            return false;
        }

        var tokens = FilterTokenizer.Read(text, out var openAt);
        if (openAt >= 0)
        {
            fault = new FilterFault(FilterFaultKind.OpenQuote, Value: text[openAt..]);
            return false;
        }

        var reader = new FilterTermReader(this, clock);
        var clauses = new List<List<FilterTerm>>();
        var (negated, or) = (false, false);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var last = i == tokens.Count - 1;
            if (token.IsPlain && Ors.Contains(token.Text))
            {
                if (or || last || clauses.Count == 0)
                {
                    fault = new FilterFault(FilterFaultKind.OpenOr, Value: token.Text);
                    return false;
                }

                or = true;
                continue;
            }

            // Between terms it says what the space says already; elsewhere it is a word.
            if (token is { IsPlain: true, Text: "AND" } && clauses.Count > 0 && !last && !or && !negated) continue;
            if (token.IsPlain && !last && token.Text.Equals("not", StringComparison.OrdinalIgnoreCase)
                && !(tokens[i + 1].IsPlain && Ors.Contains(tokens[i + 1].Text)))
            {
                negated = !negated;
                continue;
            }

            var term = reader.Read(token, text, negated);
            if (reader.Fault is not null)
            {
                fault = reader.Fault;
                return false;
            }

            negated = false;
            if (term is null) continue;
            if (or) clauses[^1].Add(term);
            else clauses.Add([term]);
            or = false;
            if (clauses.Sum(clause => clause.Count) <= MaxTerms) continue;
            fault = new FilterFault(FilterFaultKind.TooMany);
            return false;
        }

        fault = null;
        filter = new Filter([.. Join(clauses).Select(clause => new FilterClause(clause))])
        {
            Typed = string.Join(' ', tokens.Select(token => text[token.Start..token.End])),
            Doubts = reader.Doubts,
        };
        return true;
    }

    /// <summary>The fault of a key that the command does not have.</summary>
    /// <param name="key">As it was typed.</param>
    /// <param name="rest">What stands after the colon.</param>
    public FilterFault UnknownKey(string key, string rest)
    {
        var value = $"{key}:{rest}";
        // With a '=' it is a tag whose key has a prefix: 'company:Env=PROD'.
        var nearest = Keys.FirstOrDefault(known => known.Kind == FilterKind.Tag) is { } tag
            && rest.IndexOf('=', StringComparison.Ordinal) > 0
            ? $"{tag.Name}:{value}"
            : NearestText.Of(key, Keys.SelectMany(known => known.Aliases.Prepend(known.Name))) is { } near
                ? $"{near}:{rest}"
                : null;
        return new FilterFault(FilterFaultKind.UnknownKey, key, value) { Nearest = nearest, Allowed = KeyNames };
    }

    internal IReadOnlyList<string> KeyNames => [.. Keys.Select(key => $"{key.Name}:")];

    /// <summary>The key before a token's first colon, or before a '=' where the key has declared values.</summary>
    /// <param name="token">The token.</param>
    /// <param name="start">After its '-' or '!'.</param>
    /// <param name="valueAt">Where the value begins.</param>
    /// <param name="negated">Whether it was <c>key!=value</c>.</param>
    /// <param name="unknown">What looks like a key and is none.</param>
    internal FilterKey? KeyOf(FilterToken token, int start, out int valueAt, out bool negated, out string? unknown)
    {
        (negated, unknown) = (false, null);
        var at = token.IndexOfPlain([':', '：', '='], start);
        valueAt = at + 1;
        if (at <= start) return null;
        var end = at;
        if (token.Text[at] == '=' && token.Text[at - 1] == '!' && token.Marks[at - 1] == FilterMark.Plain) (end, negated) = (at - 1, true);
        for (var i = start; i < end; i++)
        {
            if (token.Marks[i] != FilterMark.Plain) return null;
        }

        var name = token.Text.AsSpan(start, end - start);
        var key = Find(name);
        if (token.Text[at] == '=') return key is { Kind: FilterKind.Choice } ? key : null;
        if (key is null && IsKeyName(name) && !IsText(token.Text.AsSpan(start), at - start)) unknown = name.ToString();
        return key;
    }

    /// <summary>Keys have letters only: 's3:GetObject' and 'shop-api:latest' are words.</summary>
    private static bool IsKeyName(ReadOnlySpan<char> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsLetter(letter)) return false;
        }

        return name.Length > 0;
    }

    private static bool IsText(ReadOnlySpan<char> word, int colon)
    {
        // 'AWS::S3::Bucket', 'https://…'.
        if (word.Length > colon + 1 && word[colon + 1] is ':' or '/') return true;
        foreach (var prefix in TextPrefixes)
        {
            if (word[..colon].Equals(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>'account:a account:b' asks for either: no subject is in two accounts.</summary>
    private List<List<FilterTerm>> Join(List<List<FilterTerm>> clauses)
    {
        var joined = new List<List<FilterTerm>>(clauses.Count);
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var clause in clauses)
        {
            if (clause is [FilterValues { Negated: false } values] && Find(values.Key) is { IsSingle: true })
            {
                if (first.TryGetValue(values.Key, out var at))
                {
                    var before = (FilterValues)joined[at][0];
                    joined[at] = [before with { Values = [.. before.Values.Concat(values.Values).Distinct()] }];
                    continue;
                }

                first.Add(values.Key, joined.Count);
            }

            joined.Add(clause);
        }

        return joined;
    }
}
