using ChatOps.Kernel.Filters;

namespace ChatOps.Kernel.Tests;

public sealed class FilterGrammarTests
{
    [Theory]
    [InlineData("payroll", "payroll")]
    [InlineData("  payroll   exports ", "payroll exports")]
    [InlineData("\"two words\"", "\"two words\"")]
    [InlineData("“two words”", "\"two words\"")]
    [InlineData("„two words“", "\"two words\"")]
    [InlineData("name:\"two words\"", "name:\"two words\"")]
    [InlineData("name:“two words”", "name:\"two words\"")]
    [InlineData("NAME:Payroll", "name:Payroll")]
    [InlineData("이름：결제", "name:결제")]
    [InlineData("-tag:Owner", "-tag:Owner")]
    [InlineData("!tag:Owner", "-tag:Owner")]
    [InlineData("not tag:Owner", "-tag:Owner")]
    [InlineData("NOT -tag:Owner", "tag:Owner")]
    [InlineData("tag:Env!=PROD", "-tag:Env=PROD")]
    [InlineData("-tag:Env!=PROD", "tag:Env=PROD")]
    [InlineData("tag:Env=PROD,DEV", "tag:Env=PROD,DEV")]
    [InlineData("tag:company:Env=PROD", "tag:company:Env=PROD")]
    [InlineData("tag:\"Cost Center\"=\"R&D, Seoul\"", "tag:\"Cost Center\"=\"R&D, Seoul\"")]
    [InlineData("tag:Name=*prod*", "tag:Name=*prod*")]
    [InlineData("태그:Env=PROD", "tag:Env=PROD")]
    [InlineData("payroll*", "payroll*")]
    [InlineData("a OR b", "a OR b")]
    [InlineData("a | b c", "a OR b c")]
    [InlineData("a AND b", "a b")]
    [InlineData("\"OR\"", "\"OR\"")]
    [InlineData("account:prod", "account:111122223333")]
    [InlineData("account:PROD,dev", "account:111122223333,444455556666")]
    [InlineData("account:prod account:dev", "account:111122223333,444455556666")]
    [InlineData("account:*", "account:111122223333,444455556666")]
    [InlineData("-account:prod -account:dev", "-account:111122223333 -account:444455556666")]
    [InlineData("account=prod", "account:111122223333")]
    [InlineData("account!=prod", "-account:111122223333")]
    [InlineData("severity:high+", "severity:critical,high")]
    [InlineData("severity:>=high", "severity:critical,high")]
    [InlineData("심각도:높음", "severity:high")]
    [InlineData("severity:low,critical", "severity:low,critical")]
    [InlineData("state:open", "state:new,acknowledged")]
    [InlineData("since:2026-11-01 before:어제", "since:2026-11-01 before:어제")]
    [InlineData("Owner=SECURITY", "\"Owner=SECURITY\"")]
    [InlineData("-payroll", "-payroll")]
    [InlineData("\"-payroll\"", "\"-payroll\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("arn:aws:s3:::payroll-exports", "arn:aws:s3:::payroll-exports")]
    [InlineData("AWS::S3::Bucket https://x/y CVE:2026", "AWS::S3::Bucket https://x/y CVE:2026")]
    [InlineData("s3:GetObject shop-api:latest", "s3:GetObject shop-api:latest")]
    [InlineData("\"name:payroll\"", "\"name:payroll\"")]
    [InlineData("\"\"", "")]
    [InlineData("*", "")]
    [InlineData("", "")]
    public void What_people_type_is_read(string typed, string means) => Assert.Equal(means, Grammars.Read(typed).ToString());

    [Theory]
    [InlineData("sevrity:high", FilterFaultKind.UnknownKey, "sevrity", "severity:high")]
    [InlineData("-acount:prod", FilterFaultKind.UnknownKey, "acount", "account:prod")]
    [InlineData("sev:high", FilterFaultKind.UnknownKey, "sev", "severity:high")]
    [InlineData("ip:10.0.0.1", FilterFaultKind.UnknownKey, "ip", null)]
    [InlineData("심각두:높음", FilterFaultKind.UnknownKey, "심각두", "심각도:높음")]
    [InlineData("company:Env=PROD", FilterFaultKind.UnknownKey, "company", "tag:company:Env=PROD")]
    [InlineData("nmae:\"two words\"", FilterFaultKind.UnknownKey, "nmae", "name:\"two words\"")]
    [InlineData("severity:hihg", FilterFaultKind.UnknownValue, "severity", "severity:high")]
    [InlineData("account:prdo", FilterFaultKind.UnknownValue, "account", "account:prod")]
    [InlineData("account:zzz", FilterFaultKind.UnknownValue, "account", null)]
    [InlineData("state:", FilterFaultKind.MissingValue, "state", "state:open")]
    [InlineData("state: open", FilterFaultKind.MissingValue, "state", "state:open")]
    [InlineData("tag:=PROD", FilterFaultKind.MissingTag, "tag", "tag:Env=PROD")]
    [InlineData("tag:Env=", FilterFaultKind.MissingValue, "tag", "tag:Env=PROD")]
    [InlineData("since:soon", FilterFaultKind.NotATime, "since", "since:7d")]
    [InlineData("since:>7d", FilterFaultKind.NotATime, "since", "since:7d")]
    [InlineData("\"open", FilterFaultKind.OpenQuote, "", null)]
    [InlineData("name:“open", FilterFaultKind.OpenQuote, "", null)]
    [InlineData("a OR", FilterFaultKind.OpenOr, "", null)]
    [InlineData("OR a", FilterFaultKind.OpenOr, "", null)]
    [InlineData("a OR OR b", FilterFaultKind.OpenOr, "", null)]
    [InlineData("a b c d e f g h i j k l m n o p q r s t u", FilterFaultKind.TooMany, "", null)]
    public void What_is_wrong_is_named_with_the_nearest(string typed, FilterFaultKind kind, string key, string? nearest)
    {
        Assert.False(Grammars.Grammar.TryRead(typed, Grammars.Clock, out var filter, out var fault));
        Assert.Empty(filter.Clauses);
        Assert.Equal((kind, key, nearest), (fault!.Kind, fault.Key, fault.Nearest));
    }

    [Fact]
    public void A_fault_says_what_is_allowed()
    {
        Assert.False(Grammars.Grammar.TryRead("account:prdo", Grammars.Clock, out _, out var account));
        Assert.Equal(["prod", "dev"], account!.Allowed);
        Assert.False(Grammars.Grammar.TryRead("acount:prod", Grammars.Clock, out _, out var key));
        Assert.Equal(["name:", "severity:", "state:", "account:", "tag:", "since:", "before:", "created:"], key!.Allowed);
    }

    [Fact]
    public void An_id_that_nobody_configured_is_taken_and_doubted()
    {
        var filter = Grammars.Read("account:999988887777");

        Assert.Equal("account:999988887777", filter.ToString());
        Assert.Equal((FilterFaultKind.UnknownValue, "999988887777"), (Assert.Single(filter.Doubts).Kind, filter.Doubts[0].Value));
        Assert.Empty(Grammars.Read("account:prod").Doubts);
    }

    [Fact]
    public void A_command_without_words_names_the_word()
    {
        var keysOnly = new FilterGrammar("cost", Grammars.Grammar.Keys) { TakesWords = false };

        Assert.True(keysOnly.TryRead("account:prod", Grammars.Clock, out _, out _));
        Assert.False(keysOnly.TryRead("acount", Grammars.Clock, out _, out var fault));
        Assert.Equal((FilterFaultKind.NoWords, "acount", "account:"), (fault!.Kind, fault.Value, fault.Nearest));
    }

    [Theory]
    [InlineData("7d", "2026-11-13T03:00Z", null)]
    [InlineData("7일", "2026-11-13T03:00Z", null)]
    [InlineData("24h", "2026-11-19T03:00Z", null)]
    [InlineData("24시간", "2026-11-19T03:00Z", null)]
    [InlineData("2w", "2026-11-06T03:00Z", null)]
    [InlineData(">7d", null, "2026-11-13T03:00Z")]
    [InlineData("<7d", "2026-11-13T03:00Z", null)]
    [InlineData("today", "2026-11-19T15:00Z", "2026-11-20T15:00Z")]
    [InlineData("어제", "2026-11-18T15:00Z", "2026-11-19T15:00Z")]
    [InlineData("2026-11-01", "2026-10-31T15:00Z", "2026-11-01T15:00Z")]
    [InlineData("2026-11", "2026-10-31T15:00Z", "2026-11-30T15:00Z")]
    [InlineData("2026", "2025-12-31T15:00Z", "2026-12-31T15:00Z")]
    [InlineData(">2026-11-01", "2026-11-01T15:00Z", null)]
    [InlineData(">=2026-11-01", "2026-10-31T15:00Z", null)]
    [InlineData("<2026-11-01", null, "2026-10-31T15:00Z")]
    [InlineData("<=2026-11-01", null, "2026-11-01T15:00Z")]
    [InlineData("2026-11-01..2026-11-15", "2026-10-31T15:00Z", "2026-11-15T15:00Z")]
    public void Times_are_read_in_the_configured_zone(string typed, string? from, string? before)
    {
        var range = Assert.IsType<FilterTime>(Assert.Single(Grammars.Read($"created:{typed}").Terms));
        Assert.Equal((Moment(from), Moment(before)), (range.From?.ToUniversalTime(), range.Before?.ToUniversalTime()));

        static DateTimeOffset? Moment(string? text) =>
            text is null ? null : DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("payroll*", "payroll-exports", true)]
    [InlineData("payroll*", "old-payroll", false)]
    [InlineData("*roll*port*", "payroll-exports", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("PAY*", "payroll", true)]
    [InlineData("payroll", "payroll-exports", false)]
    [InlineData("*", "", true)]
    public void A_wildcard_stands_for_any_text(string typed, string value, bool matches) =>
        Assert.Equal(matches, Assert.IsType<FilterValues>(Assert.Single(Grammars.Read($"name:{typed}").Terms)).Values[0].Matches(value));

    [Fact]
    public void A_star_after_a_backslash_in_quotes_is_a_star()
    {
        var text = Assert.Single(Grammars.Read("\"5 \\* 3\"").Words);
        Assert.False(text.IsPattern);
        Assert.Equal("5 * 3", text.Text);
    }
}
