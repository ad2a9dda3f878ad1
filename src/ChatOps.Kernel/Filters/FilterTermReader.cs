namespace ChatOps.Kernel.Filters;

/// <summary>Reads the terms of one filter.</summary>
internal sealed class FilterTermReader(FilterGrammar grammar, FilterClock clock)
{
    private readonly List<FilterFault> _doubts = [];

    /// <summary>What is wrong with the last term; null when nothing is.</summary>
    public FilterFault? Fault { get; private set; }

    /// <summary>Values that were taken although nobody declared them.</summary>
    public IReadOnlyList<FilterFault> Doubts => _doubts;

    /// <summary>Reads a term; null when there is nothing to look for, or with a <see cref="Fault"/>.</summary>
    public FilterTerm? Read(FilterToken token, string text, bool negated)
    {
        var start = token.Text is ['-' or '!', _, ..] && token.Marks[0] == FilterMark.Plain ? 1 : 0;
        // A lone sign before quotes ('-""') has nothing to negate.
        negated ^= start == 1;
        if (grammar.KeyOf(token, start, out var valueAt, out var differs, out var unknown) is { } key)
            return Keyed(key, token, start, valueAt, negated ^ differs);
        if (unknown is not null)
        {
            Fault = grammar.UnknownKey(unknown, text[token.Start..token.End][(start + unknown.Length + 1)..]);
            return null;
        }

        var word = token.TextOf(start, token.Text.Length);
        if (word.Parts.All(string.IsNullOrWhiteSpace) && !word.IsAny) return null;
        if (grammar.TakesWords) return word.IsAny ? null : new FilterWord(word, negated);
        Fault = new FilterFault(FilterFaultKind.NoWords, Value: word.Text)
        {
            Nearest = NearestText.Of(word.Text, grammar.KeyNames),
            Allowed = grammar.KeyNames,
        };
        return null;
    }

    private FilterTerm? Keyed(FilterKey key, FilterToken token, int start, int valueAt, bool negated)
    {
        var typed = token.Text[start..(valueAt - 1)].TrimEnd('!');
        if (key.Kind == FilterKind.Tag) return Tag(key, typed, token, valueAt, negated);
        if (key.Kind is FilterKind.Range or FilterKind.Since or FilterKind.Before) return Time(key, typed, token.Text[valueAt..], negated);
        var values = Values(token, valueAt);
        if (values.Count == 0)
        {
            Fault = new FilterFault(FilterFaultKind.MissingValue, typed) { Name = key.Name, Nearest = key.Example, Allowed = Offered(key) };
            return null;
        }

        if (key.Kind == FilterKind.Text)
            return new FilterValues(key.Name, [.. values.Select(value => value.Select(key.Normalize)).Distinct()], negated);
        var chosen = new List<FilterText>();
        foreach (var value in values)
        {
            if (Choose(key, typed, value) is not { } meant) return null;
            chosen.AddRange(meant);
        }

        return new FilterValues(key.Name, [.. chosen.Distinct()], negated);
    }

    private List<FilterText>? Choose(FilterKey key, string typed, FilterText value)
    {
        var choices = key.Choices();
        if (value.IsPattern)
        {
            // Of values that people know by name the pattern is for the names.
            var matching = choices.Where(choice => choice.IsCalled(value)).ToList();
            if (matching.Count > 0 && !key.Accepts(value.Text)) return [.. matching.SelectMany(Meant)];
            if (key.Accepts(value.Text)) return [value];
        }
        else
        {
            if (choices.FirstOrDefault(choice => choice.IsCalled(value)) is { } choice) return [.. Meant(choice)];
            if (key.IsOrdered && AtLeast(value.Text) is { } least)
            {
                var last = choices.ToList().FindIndex(other => other.IsCalled(FilterText.Literal(least)));
                if (last >= 0) return [.. choices.Take(last + 1).SelectMany(Meant)];
            }
        }

        if (!value.IsPattern && key.Knows(value.Text)) return [value.Select(key.Normalize)];
        var fault = new FilterFault(FilterFaultKind.UnknownValue, typed, value.Text)
        {
            Name = key.Name,
            Nearest = NearestText.Of(value.Text, choices.SelectMany(choice => choice.Aliases.Prepend(choice.Name))) is { } near
                ? $"{typed}:{FilterText.Literal(near)}"
                : null,
            Allowed = Offered(key),
        };
        if (!value.IsPattern && key.Accepts(value.Text))
        {
            _doubts.Add(fault);
            return [value.Select(key.Normalize)];
        }

        Fault = fault;
        return null;

        static IEnumerable<FilterText> Meant(FilterChoice choice) =>
            choice.Means.Count == 0 ? [FilterText.Literal(choice.Name)] : choice.Means.Select(FilterText.Literal);
    }

    private FilterTag? Tag(FilterKey key, string typed, FilterToken token, int valueAt, bool negated)
    {
        var equals = token.IndexOfPlain(['='], valueAt);
        var end = equals < 0 ? token.Text.Length : equals;
        var differs = equals > valueAt && token.Text[equals - 1] == '!' && token.Marks[equals - 1] == FilterMark.Plain;
        var tag = token.TextOf(valueAt, differs ? end - 1 : end);
        if (tag.Parts.All(string.IsNullOrWhiteSpace) && !tag.IsAny)
        {
            Fault = new FilterFault(FilterFaultKind.MissingTag, typed) { Name = key.Name, Nearest = key.Example };
            return null;
        }

        if (equals < 0) return new FilterTag(key.Name, tag, [], negated);
        var values = Values(token, equals + 1);
        if (values.Count > 0) return new FilterTag(key.Name, tag, [.. values.Distinct()], negated ^ differs);
        Fault = new FilterFault(FilterFaultKind.MissingValue, typed) { Name = key.Name, Nearest = key.Example };
        return null;
    }

    private FilterTime? Time(FilterKey key, string typed, string value, bool negated)
    {
        if (value.Trim().Length == 0)
        {
            Fault = new FilterFault(FilterFaultKind.MissingValue, typed) { Name = key.Name, Nearest = key.Example };
            return null;
        }

        var written = value.Trim().ToLowerInvariant();
        if (key.Kind == FilterKind.Range && TimeRange.TryRead(value, clock, out var range))
            return new FilterTime(key.Name, written, range.From, range.Before, negated);
        if (key.Kind != FilterKind.Range && TimeRange.TryReadMoment(value, clock, out var moment))
        {
            return key.Kind == FilterKind.Since
                ? new FilterTime(key.Name, written, moment, null, negated)
                : new FilterTime(key.Name, written, null, moment, negated);
        }

        Fault = new FilterFault(FilterFaultKind.NotATime, typed, value) { Name = key.Name, Nearest = key.Example };
        return null;
    }

    private static List<FilterText> Values(FilterToken token, int start)
    {
        var values = new List<FilterText>();
        for (var at = start; at <= token.Text.Length;)
        {
            var comma = token.IndexOfPlain([','], at);
            var end = comma < 0 ? token.Text.Length : comma;
            var value = token.TextOf(at, end);
            if (value.IsPattern || !string.IsNullOrWhiteSpace(value.Text))
                values.Add(value.IsPattern ? value : FilterText.Literal(value.Text.Trim()));
            at = end + 1;
        }

        return values;
    }

    private static string? AtLeast(string value) =>
        value.EndsWith('+') ? value[..^1] : value.StartsWith(">=", StringComparison.Ordinal) ? value[2..] : null;

    private static IReadOnlyList<string> Offered(FilterKey key) => [.. key.Choices().Select(choice => choice.Shown)];
}
