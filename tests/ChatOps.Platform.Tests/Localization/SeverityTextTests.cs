using ChatOps.Platform.Localization;

namespace ChatOps.Platform.Tests.Localization;

public sealed class SeverityTextTests
{
    [Theory]
    [InlineData(Severity.Critical, "CRITICAL", "심각", "7 critical", "심각 7건")]
    [InlineData(Severity.High, "HIGH", "높음", "7 high", "높음 7건")]
    [InlineData(Severity.Medium, "MEDIUM", "중간", "7 medium", "중간 7건")]
    [InlineData(Severity.Low, "LOW", "낮음", "7 low", "낮음 7건")]
    [InlineData(Severity.Informational, "INFORMATIONAL", "정보", "7 informational", "정보 7건")]
    public void A_severity_has_one_word_in_each_language(
        Severity severity, string english, string korean, string seven, string sevenInKorean)
    {
        var (en, ko) = (Locale.For("en", TimeZoneInfo.Utc), Locale.For("ko", TimeZoneInfo.Utc));
        Assert.Equal((english, korean), (en.Severity(severity), ko.Severity(severity)));
        Assert.Equal((seven, sevenInKorean), (en.SeverityCount(severity, 7), ko.SeverityCount(severity, 7)));
    }
}
