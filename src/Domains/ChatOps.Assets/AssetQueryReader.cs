using System.Globalization;
using System.Text;

namespace ChatOps.Assets;

/// <summary>
/// Reads a search as people write it: words, <c>"several words"</c>, filters <c>name:value</c>, and <c>-</c> before any of them for 'not'.
/// What looks like a filter but is none (an ARN, say) is a word.
/// </summary>
internal ref struct AssetQueryReader
{
    private static readonly string[] Filters = ["type", "tag", "account", "region", "owner", "created", "group"];

    private readonly string _text;
    private readonly DateTimeOffset _now;
    private readonly TimeZoneInfo _zone;
    private int _at;
    private AssetQueryFault? _fault;

    private AssetQueryReader(string text, DateTimeOffset now, TimeZoneInfo zone) => (_text, _now, _zone) = (text, now, zone);

    /// <summary>Reads a search; false with what is wrong.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="now">Of which <c>created:7d</c> counts back.</param>
    /// <param name="zone">In which <c>created:2026-11-01</c> is a day.</param>
    /// <param name="query">What was read.</param>
    /// <param name="fault">What is wrong; null when nothing is.</param>
    public static bool TryRead(string text, DateTimeOffset now, TimeZoneInfo zone, out AssetQuery query, out AssetQueryFault? fault)
    {
        query = new AssetQuery([]);
        // Phones write their own quotes.
        text = text.Replace('“', '"').Replace('”', '"').Trim();
        if (text.Length > AssetQuery.MaxLength)
        {
            fault = new("asset.query.long", ("count", AssetQuery.MaxLength));
            return false;
        }

        var reader = new AssetQueryReader(text, now, zone);
        var terms = new List<AssetTerm>();
        while (reader.SkipSpace())
        {
            if (reader.Term() is { } term) terms.Add(term);
            if (terms.Count > AssetQuery.MaxTerms) reader._fault = new("asset.query.many", ("count", AssetQuery.MaxTerms));
            if (reader._fault is not null) break;
        }

        fault = reader._fault;
        if (fault is null) query = new AssetQuery(terms);
        return fault is null;
    }

    /// <summary>Whether a word would be read as a filter.</summary>
    public static bool HasFilter(string word) => FilterOf(word) is not null;

    private static string? FilterOf(ReadOnlySpan<char> word)
    {
        foreach (var filter in Filters)
        {
            if (word.Length > filter.Length && word[filter.Length] == ':' && word.StartsWith(filter, StringComparison.OrdinalIgnoreCase)) return filter;
        }

        return null;
    }

    private bool SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at])) _at++;
        return _at < _text.Length;
    }

    private AssetTerm? Term()
    {
        var negated = _text[_at] == '-' && _at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]);
        if (negated) _at++;
        if (FilterOf(_text.AsSpan(_at)) is { } filter)
        {
            _at += filter.Length + 1;
            return filter switch
            {
                "tag" => Tag(negated),
                "created" => Created(negated),
                _ => Values(filter) is { } values ? new ValueTerm(filter, values, negated) : null,
            };
        }

        return Piece("") is { Length: > 0 } word && !string.IsNullOrWhiteSpace(word) ? new WordTerm(word, negated) : null;
    }

    private TagTerm? Tag(bool negated)
    {
        if (Piece("=") is not { } key) return null;
        if (string.IsNullOrWhiteSpace(key))
        {
            _fault ??= new("asset.query.tag");
            return null;
        }

        if (_at >= _text.Length || _text[_at] != '=') return new TagTerm(key, TermValues.None, negated);
        _at++;
        return Values("tag") is { } values ? new TagTerm(key, values, negated) : null;
    }

    private CreatedTerm? Created(bool negated)
    {
        if (Piece("") is not { } text) return null;
        if (CreatedRange.TryRead(text, _now, _zone, out var from, out var before)) return new CreatedTerm(text.ToLowerInvariant(), from, before, negated);
        _fault ??= new("asset.query.created", ("text", text));
        return null;
    }

    private TermValues? Values(string filter)
    {
        var values = new List<string>();
        while (true)
        {
            if (Piece(",") is not { } value) return null;
            if (!string.IsNullOrWhiteSpace(value)) values.Add(value.Trim());
            if (_at >= _text.Length || _text[_at] != ',') break;
            _at++;
        }

        if (values.Count > 0) return new TermValues(values);
        _fault ??= new("asset.query.empty", ("filter", filter));
        return null;
    }

    /// <summary>Up to the next space or one of the <paramref name="stops"/>; what is in quotes counts as it is.</summary>
    private string? Piece(string stops)
    {
        var piece = new StringBuilder();
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && !stops.Contains(_text[_at], StringComparison.Ordinal))
        {
            if (_text[_at] != '"')
            {
                piece.Append(_text[_at++]);
                continue;
            }

            var opened = _at++;
            while (_at < _text.Length && _text[_at] != '"')
            {
                if (_text[_at] == '\\' && _at + 1 < _text.Length && _text[_at + 1] is '"' or '\\') _at++;
                piece.Append(_text[_at++]);
            }

            if (_at >= _text.Length)
            {
                _fault ??= new("asset.query.quote", ("text", _text[opened..]));
                return null;
            }

            _at++;
        }

        return piece.ToString();
    }
}

/// <summary>
/// What follows <c>created:</c>. <c>7d</c>, <c>24h</c>, <c>2w</c>: within the last so many; <c>2026-11</c>, <c>2026-11-01</c>: that month or
/// day; <c>&gt;</c> and <c>&lt;</c> before a date: after and before it; <c>2026-11-01..2026-11-15</c>: both days and what is between them.
/// </summary>
internal static class CreatedRange
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM", "yyyy"];

    public static bool TryRead(string text, DateTimeOffset now, TimeZoneInfo zone, out DateTimeOffset? from, out DateTimeOffset? before)
    {
        (from, before) = (null, null);
        text = text.ToLowerInvariant();
        if (text is "today" or "yesterday")
        {
            var today = TimeZoneInfo.ConvertTime(now, zone).Date;
            var day = text == "today" ? today : today.AddDays(-1);
            (from, before) = (In(day, zone), In(day.AddDays(1), zone));
            return true;
        }

        if (text.Split("..") is [var first, var last])
        {
            if (!Day(first, zone, out var begin, out _) || !Day(last, zone, out _, out var end) || begin >= end) return false;
            (from, before) = (begin, end);
            return true;
        }

        if (text is ['>', ..] or ['<', ..])
        {
            var inclusive = text.Length > 1 && text[1] == '=';
            var rest = text[(inclusive ? 2 : 1)..];
            DateTimeOffset start, end;
            if (Age(rest, now) is { } moment) (start, end) = (moment, moment);
            else if (!Day(rest, zone, out start, out end)) return false;
            // '>7d' is older than seven days, as people say it; '>2026-11-01' is after that day.
            var later = (text[0] == '>') != (Age(rest, now) is not null);
            if (later) from = inclusive ? start : end;
            else before = inclusive ? end : start;
            return true;
        }

        if (Age(text, now) is { } since)
        {
            from = since;
            return true;
        }

        if (!Day(text, zone, out var opens, out var closes)) return false;
        (from, before) = (opens, closes);
        return true;
    }

    private static DateTimeOffset? Age(string text, DateTimeOffset now)
    {
        if (text.Length is < 2 or > 5 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        var days = text[^1] switch { 'h' => count / 24.0, 'd' => count, 'w' => count * 7.0, 'm' => count * 30.0, 'y' => count * 365.0, _ => -1 };
        return days < 0 || days > 36_500 ? null : now.AddDays(-days);
    }

    private static bool Day(string text, TimeZoneInfo zone, out DateTimeOffset from, out DateTimeOffset before)
    {
        (from, before) = (default, default);
        if (!DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year is < 1970 or > 9000) return false;
        (from, before) = (In(day, zone), In(text.Length switch { 4 => day.AddYears(1), 7 => day.AddMonths(1), _ => day.AddDays(1) }, zone));
        return true;
    }

    private static DateTimeOffset In(DateTime day, TimeZoneInfo zone) => new(day, zone.GetUtcOffset(day));
}
