using System.Collections.Frozen;
using System.Text.RegularExpressions;
using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;

namespace ChatOps.Remediation;

/// <summary>
/// What <c>remediations.yaml</c> says: which control is remediated by which Automation document, how, and who must agree.
/// </summary>
/// <param name="AutomationRole">The role that the documents assume in the account, as a template.</param>
/// <param name="Approval">When somebody else must agree.</param>
/// <param name="VerifyFor">How long a finding is read back after its automation has succeeded.</param>
/// <param name="Entries">The remediations, in the order of the file.</param>
internal sealed partial record RemediationCatalogue(
    Template AutomationRole, ApprovalRule Approval, TimeSpan VerifyFor, IReadOnlyList<CatalogueEntry> Entries)
{
    /// <summary>The file.</summary>
    public const string File = "remediations.yaml";

    private readonly Lazy<FrozenDictionary<string, CatalogueEntry[]>> _byControl = new(() => Entries
        .SelectMany(entry => entry.Controls.Select(control => (control, entry)))
        .GroupBy(pair => pair.control, pair => pair.entry, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase));

    private readonly Lazy<FrozenDictionary<string, CatalogueEntry[]>> _byRule = new(() => Entries
        .SelectMany(entry => entry.ConfigRules.Select(rule => (rule, entry)))
        .GroupBy(pair => pair.rule, pair => pair.entry, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The remediation of a finding's control or Config rule and resource type, and the resource it would act on; null when there is none.
    /// </summary>
    public (CatalogueEntry Entry, FindingResource Resource)? Find(Finding finding)
    {
        CatalogueEntry[]? entries = null;
        if (!(finding.ControlId is { } control && _byControl.Value.TryGetValue(control, out entries))
            && !(finding.Rule is { } rule && _byRule.Value.TryGetValue(rule, out entries)))
            return null;
        foreach (var entry in entries)
        {
            if (finding.Resources.FirstOrDefault(
                resource => entry.ResourceTypes.Contains(resource.Type, StringComparer.OrdinalIgnoreCase)) is { } resource)
                return (entry, resource);
        }

        return null;
    }

    /// <summary>Reads the file.</summary>
    public static RemediationCatalogue Read(PolicyMap root)
    {
        var role = ReadTemplate(root, "automation_role", root.Required("automation_role"));
        var approval = ApprovalRule.Read(root.Map("approval"), root);
        var verifyFor = TimeSpan.FromMinutes(root.Number("verify_minutes", 15, 1, 24 * 60));
        var entries = new List<CatalogueEntry>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var map in root.Maps("remediations"))
        {
            var entry = ReadEntry(map);
            foreach (var pair in entry.Controls.SelectMany(control => entry.ResourceTypes.Select(type => $"{control} on {type}"))
                .Where(pair => !taken.Add(pair)))
                map.Fault("controls", $"{pair} has a remediation already; keep one");
            entries.Add(entry);
        }

        return new RemediationCatalogue(role, approval, verifyFor, entries);
    }

    private static CatalogueEntry ReadEntry(PolicyMap map)
    {
        var controls = map.Texts("controls");
        var types = map.Texts("resource_types");
        var document = map.Required("document");
        if (controls.Count == 0) map.Fault("controls", "'controls' is missing: name the Security Hub controls, for example [S3.8]");
        if (types.Count == 0) map.Fault("resource_types", "'resource_types' is missing: name the ASFF types, for example [AwsS3Bucket]");
        foreach (var control in controls.Where(control => !ControlId().IsMatch(control)))
            map.Fault("controls", $"'{control}' is not a control id such as S3.8");
        if (document.Length > 0 && !DocumentName().IsMatch(document))
            map.Fault("document", $"'{document}' is not the name of a Systems Manager document");
        var preview = map.Map("preview");
        return new CatalogueEntry
        {
            Controls = controls,
            ConfigRules = map.Texts("config_rules"),
            ResourceTypes = types,
            Document = document,
            Parameters = ReadParameters(map),
            Risk = map.Has("risk") ? map.Choice("risk", Risk.High) : Missing(map, "risk", Risk.High),
            Undo = map.Has("reversible") ? map.Choice("reversible", Reversible.No) : Missing(map, "reversible", Reversible.No),
            Changes = LocalText.Read(map, "changes"),
            UndoText = LocalText.Read(map, "undo"),
            Preview = preview is null ? null : ReadPreview(preview),
        };
    }

    private static PreviewRead ReadPreview(PolicyMap map)
    {
        var kind = map.Required("read");
        if (kind.Length > 0 && !PreviewRead.Kinds.Contains(kind))
            map.Fault(
                "read",
                $"'{kind}' is not something that can be read; known are " +
                $"{string.Join(", ", PreviewRead.Kinds.Order(StringComparer.Ordinal))}");
        if (kind != PreviewRead.Detail) return new PreviewRead(kind, null, null);
        return new PreviewRead(kind, map.Required("path"), map.Required("becomes"));
    }

    private static IReadOnlyList<KeyValuePair<string, IReadOnlyList<Template>>> ReadParameters(PolicyMap map)
    {
        if (map.Map("parameters") is not { } parameters) return [];
        return
        [
            .. parameters.Keys.ToList().Select(name => KeyValuePair.Create<string, IReadOnlyList<Template>>(
                name, [.. parameters.Texts(name).Select(text => ReadTemplate(parameters, name, text))])),
        ];
    }

    private static Template ReadTemplate(PolicyMap map, string key, string text)
    {
        var template = Template.Parse(text, out var fault);
        if (fault is not null) map.Fault(key, $"'{key}': {fault}");
        return template;
    }

    private static T Missing<T>(PolicyMap map, string key, T value)
        where T : struct, Enum
    {
        map.Fault(key, $"'{key}' is missing: one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}");
        return value;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]*\.[0-9]{1,4}$")]
    private static partial Regex ControlId();

    // ssm service model, DocumentARN: names, or ARNs of shared documents.
    [GeneratedRegex(@"^[a-zA-Z0-9_.\-:/]{3,200}$")]
    private static partial Regex DocumentName();
}

/// <summary>How much harm a remediation may do.</summary>
internal enum Risk
{
    /// <summary>Confirm, and it runs.</summary>
    Low,

    /// <summary>Confirm with what changes before one's eyes.</summary>
    Medium,

    /// <summary>Another person must agree.</summary>
    High,
}

/// <summary>Whether a remediation can be undone.</summary>
internal enum Reversible
{
    /// <summary>It can.</summary>
    Yes,

    /// <summary>Not all of it.</summary>
    Partly,

    /// <summary>It cannot: the requester types the resource's name.</summary>
    No,
}

/// <summary>One remediation of the catalogue.</summary>
internal sealed record CatalogueEntry
{
    /// <summary>The controls it remediates.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>The AWS Config rules that check the same, by name.</summary>
    public IReadOnlyList<string> ConfigRules { get; init; } = [];

    /// <summary>The ASFF types of resources it acts on.</summary>
    public required IReadOnlyList<string> ResourceTypes { get; init; }

    /// <summary>The Systems Manager Automation document.</summary>
    public required string Document { get; init; }

    /// <summary>The document's parameters, in the order of the file.</summary>
    public required IReadOnlyList<KeyValuePair<string, IReadOnlyList<Template>>> Parameters { get; init; }

    /// <summary>How much harm it may do.</summary>
    public required Risk Risk { get; init; }

    /// <summary>Whether it can be undone.</summary>
    public required Reversible Undo { get; init; }

    /// <summary>What it changes, in a sentence.</summary>
    public required LocalText Changes { get; init; }

    /// <summary>How to undo it.</summary>
    public required LocalText UndoText { get; init; }

    /// <summary>What is read before, to show what changes; null for nothing.</summary>
    public PreviewRead? Preview { get; init; }
}

/// <summary>What is read just before, to show what changes.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Path">For <see cref="Detail"/>: the field below the resource's details in the finding.</param>
/// <param name="Becomes">For <see cref="Detail"/>: the field's value afterwards.</param>
internal sealed record PreviewRead(string Kind, string? Path, string? Becomes)
{
    /// <summary>A field of the finding's own details of the resource, as Security Hub has them now.</summary>
    public const string Detail = "detail";

    /// <summary>What can be read.</summary>
    public static IReadOnlySet<string> Kinds { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Detail, "s3-public-access-block", "s3-encryption", "s3-versioning", "security-group-rules", "ebs-encryption-default",
        "instance-state",
    };
}

/// <summary>A sentence in both languages.</summary>
internal sealed record LocalText(string En, string Ko)
{
    /// <summary>The sentence in a locale's language.</summary>
    public string In(Locale locale) => locale.Language == "ko" ? Ko : En;

    /// <summary>Reads <c>{en: …, ko: …}</c>; both must be there.</summary>
    public static LocalText Read(PolicyMap map, string key)
    {
        if (map.Map(key) is { } text) return new LocalText(text.Required("en"), text.Required("ko"));
        if (!map.Has(key)) map.Fault(key, $"'{key}' is missing: a sentence as 'en' and as 'ko'");
        return new LocalText("", "");
    }
}
