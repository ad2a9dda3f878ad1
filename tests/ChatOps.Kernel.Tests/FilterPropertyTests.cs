using ChatOps.Kernel.Filters;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ChatOps.Kernel.Tests;

public sealed class FilterPropertyTests
{
    [Property(MaxTest = 2000)]
    public void Whatever_is_typed_is_read_or_refused_and_never_thrown_at(string? typed)
    {
        if (Grammars.Grammar.TryRead(typed ?? "", Grammars.Clock, out var filter, out var fault)) Assert.Null(fault);
        else Assert.NotNull(fault);
        if (filter.ToString().Length <= FilterGrammar.MaxLength) Assert.Equal(filter, Grammars.Read(filter.ToString()));
    }

    [Property(MaxTest = 2000)]
    public Property Signs_in_any_order_are_read_or_refused() => Prop.ForAll(
        Gen.ArrayOf(Gen.Elements(
            "name:", "tag:", "Env", "=", "!=", "!", "-", "\"", "“", "*", "\\", ",", " ", "OR", "not", "severity:", "high", "+", "created:",
            "7d", "：", "a")).ToArbitrary(),
        parts => Whatever_is_typed_is_read_or_refused_and_never_thrown_at(string.Concat(parts)));

    [Property(MaxTest = 1000)]
    public Property A_filter_reads_as_it_is_written() => Prop.ForAll(Filters().ToArbitrary(), filter =>
    {
        var written = filter.ToString();
        if (written.Length <= FilterGrammar.MaxLength) Assert.Equal(filter, Grammars.Read(written));
    });

    private static Gen<Filter> Filters()
    {
        var literal = Gen.Elements(
            "payroll", "R&D, Seoul", "a\"b", "c\\d", "이름", "x=y", "-dash", "!bang", "bang!", "name:s3", "two words", ":", "arn:aws:s3:::b",
            "OR", "not", "5 * 3", "“q”", "AND", "severity=high").Select(FilterText.Literal);
        var pattern = Gen.Elements<string[]>(["pay", ""], ["", "roll"], ["", "ro ll", ""], ["a", "\"", "c"], ["-", ""])
            .Select(FilterText.Pattern);
        var text = Gen.OneOf(literal, literal, pattern);
        var flag = Gen.Elements(true, false);
        // No value twice, as the reader keeps each once.
        var values = Gen.Choose(1, 3).SelectMany(count => Gen.ArrayOf(text, count))
            .Select(items => (IReadOnlyList<FilterText>)[.. items.Distinct()]);
        var word = from t in text from negated in flag select (FilterTerm)new FilterWord(t, negated);
        var name = from items in values from negated in flag select (FilterTerm)new FilterValues("name", items, negated);
        var tag = from key in text
                  from batch in flag
                  from items in values
                  from negated in flag
                  select (FilterTerm)new FilterTag("tag", key, batch ? items : [], negated);
        // Negated: severities that are not are joined to one term when they are read.
        var severity = from items in Gen.SubListOf("critical", "high", "low")
                       select (FilterTerm)new FilterValues(
                           "severity", items.Count == 0 ? [FilterText.Literal("medium")] : [.. items.Select(FilterText.Literal)],
                           Negated: true);
        var clause = from count in Gen.Choose(1, 3)
                     from terms in Gen.ArrayOf(Gen.OneOf(word, name, tag, severity), count)
                     select new FilterClause(terms);
        return from count in Gen.Choose(0, 5) from clauses in Gen.ArrayOf(clause, count) select new Filter(clauses);
    }
}

/// <summary>A grammar with a key of each kind.</summary>
internal static class Grammars
{
    public static FilterClock Clock { get; } = new(
        new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero), TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"));

    public static FilterGrammar Grammar { get; } = new("test",
    [
        new("name", FilterKind.Text, "이름"),
        new("severity", FilterKind.Choice, "심각도")
        {
            IsOrdered = true,
            IsSingle = true,
            Choices = () => [new("critical", "심각"), new("high", "높음"), new("medium", "중간"), new("low", "낮음")],
        },
        new("state", FilterKind.Choice, "상태")
        {
            Example = "state:open",
            Choices = () => [new("new"), new("acknowledged"), new("resolved"), new("open") { Means = ["new", "acknowledged"] }],
        },
        new("account", FilterKind.Choice, "계정")
        {
            IsSingle = true,
            Choices = () => [new("111122223333", "prod") { Shown = "prod" }, new("444455556666", "dev") { Shown = "dev" }],
            Accepts = value => value.Length == 12 && value.All(char.IsAsciiDigit),
        },
        new("tag", FilterKind.Tag, "태그") { Example = "tag:Env=PROD" },
        new("since", FilterKind.Since) { Example = "since:7d" },
        new("before", FilterKind.Before) { Example = "before:2026-11-01" },
        new("created", FilterKind.Range) { Example = "created:7d" },
    ]);

    public static Filter Read(string typed)
    {
        Assert.True(Grammar.TryRead(typed, Clock, out var filter, out var fault), $"{typed}: {fault}");
        return filter;
    }
}
