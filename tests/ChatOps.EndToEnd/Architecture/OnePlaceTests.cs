using System.Text.RegularExpressions;

namespace ChatOps.EndToEnd.Architecture;

/// <summary>What stands in one place, so that no copy of it can disagree.</summary>
public partial class OnePlaceTests
{
    /// <summary>The sandbox plays AWS, whose events hold such addresses.</summary>
    private static IEnumerable<string> Product =>
        Repository.Sources("*.cs", "src").Where(file => !file.Contains("/ChatOps.Sandbox/", StringComparison.Ordinal));

    [Fact]
    public void Console_addresses_are_written_by_ConsoleLinks_alone() =>
        Assert.Equal(["ConsoleLinks.cs"], Product.Where(file => ConsoleAddress().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    [Fact]
    public void A_severitys_sign_is_written_in_the_kernel_alone() =>
        Assert.Equal(["Severity.cs"], Product.Where(file => SeveritySigns().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    [Fact]
    public void The_sandboxs_company_is_known_to_the_sandbox_alone() => Assert.DoesNotContain(
        new[] { "src", "manifest", "docs" }.SelectMany(folder => Repository.Sources("*", folder)),
        file => !file.Contains("/ChatOps.Sandbox/", StringComparison.Ordinal)
            && File.ReadAllText(file).Contains("bighead", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"console\.(aws|amazonaws)|/home\?region|/home#/|/go/view\?", RegexOptions.IgnoreCase)]
    private static partial Regex ConsoleAddress();

    [GeneratedRegex(@"Severity\.\w+\s*\}?\s*=>\s*\$?""[\p{So}\p{Cs}]")]
    private static partial Regex SeveritySigns();
}
