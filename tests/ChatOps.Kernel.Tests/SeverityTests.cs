namespace ChatOps.Kernel.Tests;

public sealed class SeverityTests
{
    [Theory]
    [InlineData(Severity.Critical, "🔴")]
    [InlineData(Severity.High, "🟠")]
    [InlineData(Severity.Medium, "🟡")]
    [InlineData(Severity.Low, "🔵")]
    [InlineData(Severity.Informational, "⚫")]
    public void A_severity_has_one_sign(Severity severity, string sign) => Assert.Equal(sign, severity.Sign());

    [Fact]
    public void No_sign_stands_for_two_severities_or_for_a_state()
    {
        var signs = Enum.GetValues<Severity>().Select(severity => severity.Sign()).ToList();
        Assert.Equal(signs.Count, signs.Distinct().Count());
        Assert.Empty(signs.Intersect(["⏳", "✅", "🔇", "⚪"]));
    }
}
