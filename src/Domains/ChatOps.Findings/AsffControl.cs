using System.Text.Json;
using ChatOps.Aws;

namespace ChatOps.Findings;

/// <summary>The control of a finding.</summary>
/// <param name="Id">Upper case, unique among standards: <c>S3.8</c>, <c>CIS.1.3</c>.</param>
/// <param name="Name">As people know it: <c>Config.1</c>, <c>CIS 1.3</c>.</param>
internal sealed record AsffControl(string Id, string Name)
{
    /// <summary>
    /// Consolidated findings say SecurityControlId; before, FSBP and PCI said ControlId and CIS said RuleId;
    /// GeneratorId ends in the control for Security Hub's own.
    /// </summary>
    public static AsffControl? Of(JsonElement? compliance, Dictionary<string, string> fields, string generator)
    {
        var text = compliance.Text("SecurityControlId", 64) ?? fields.GetValueOrDefault("ControlId") ?? fields.GetValueOrDefault("RuleId");
        if (text is null && generator.StartsWith("security-control/", StringComparison.Ordinal))
            text = generator["security-control/".Length..];
        if (string.IsNullOrWhiteSpace(text) || text.Length > 64) return null;

        // CIS numbers its rules 1.3: alone, nobody knows what that is.
        return char.IsAsciiDigit(text[0]) && generator.Contains("cis-aws", StringComparison.Ordinal)
            ? new AsffControl($"CIS.{text}", $"CIS {text}")
            : new AsffControl(text.ToUpperInvariant(), text);
    }

    /// <summary>Titles of the older generation begin with the control, which stands before the title anyway.</summary>
    /// <param name="title">The title.</param>
    /// <param name="control">The control.</param>
    /// <param name="numbered">What the standard itself calls the control; null when it does not say.</param>
    public static string WithoutId(string title, AsffControl? control, string? numbered = null)
    {
        if (numbered is { Length: > 0 } && title.StartsWith($"{numbered} ", StringComparison.OrdinalIgnoreCase))
            return title[(numbered.Length + 1)..].TrimStart();
        var number = control?.Name.StartsWith("CIS ", StringComparison.Ordinal) == true ? control.Name[4..] : control?.Name;
        return number is not null && title.Length > number.Length + 1 && title.StartsWith(number, StringComparison.OrdinalIgnoreCase)
            && title[number.Length] == ' '
            ? title[(number.Length + 1)..].TrimStart()
            : title;
    }

    /// <summary>The standards in short: <c>FSBP</c>, <c>CIS 1.2.0</c>, <c>PCI DSS 3.2.1</c>.</summary>
    public static IReadOnlyList<string> Standards(JsonElement? compliance, string generator)
    {
        var associated = compliance.Child("AssociatedStandards").Items().Select(standard => standard.Text("StandardsId", 256))
            .OfType<string>().Take(10).ToList();
        return [.. (associated.Count > 0 ? associated : [generator]).Select(Short).OfType<string>().Distinct()];
    }

    private static string? Short(string id)
    {
        var (start, name) = id switch
        {
            _ when id.Contains("aws-foundational-security-best-practices", StringComparison.Ordinal) => (0, "FSBP"),
            _ when id.Contains("cis-aws-foundations-benchmark", StringComparison.Ordinal) => (1, "CIS"),
            _ when id.Contains("pci-dss", StringComparison.Ordinal) => (1, "PCI DSS"),
            _ when id.Contains("nist-800-53", StringComparison.Ordinal) => (0, "NIST 800-53"),
            _ when id.Contains("nist-800-171", StringComparison.Ordinal) => (0, "NIST 800-171"),
            _ when id.Contains("aws-resource-tagging-standard", StringComparison.Ordinal) => (0, "Tagging"),
            _ => (-1, id),
        };
        if (start < 0)
            return id.Contains('/', StringComparison.Ordinal) || id.Contains(':', StringComparison.Ordinal) || !id.Any(char.IsAsciiDigit)
                ? null
                : id;
        var version = id.IndexOf("/v/", StringComparison.Ordinal);
        if (start == 0 || version < 0) return name;
        var end = id.IndexOf('/', version + 3);
        return $"{name} {id[(version + 3)..(end < 0 ? id.Length : end)]}";
    }
}
