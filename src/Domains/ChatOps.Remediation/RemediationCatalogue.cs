using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using ChatOps.Findings;
using ChatOps.Platform.Policy;

namespace ChatOps.Remediation;

/// <summary>
/// What <c>remediations.yaml</c> says: which control is remediated by which Automation document, how, and who must agree.
/// </summary>
/// <param name="AutomationRole">The role that the documents assume in the account, as a template.</param>
/// <param name="Approval">When somebody else must agree.</param>
/// <param name="VerifyFor">How long a finding is read back after its automation has succeeded.</param>
/// <param name="UndoFor">How long after its success a remediation can be undone.</param>
/// <param name="Entries">The remediations, in the order of the file.</param>
internal sealed partial record RemediationCatalogue(
    Template AutomationRole, ApprovalRule Approval, TimeSpan VerifyFor, TimeSpan UndoFor, IReadOnlyList<CatalogueEntry> Entries)
{
    /// <summary>The file.</summary>
    public const string File = "remediations.yaml";

    /// <summary>The longest that an automation is watched: a day, in minutes.</summary>
    private const int MaxTimeout = 24 * 60;

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
        foreach (var entry in entries.Where(entry => IsOf(finding.ProductArn, entry)))
        {
            if (finding.Resources.FirstOrDefault(
                resource => entry.ResourceTypes.Contains(resource.Type, StringComparer.OrdinalIgnoreCase)) is { } resource)
                return (entry, resource);
        }

        return null;
    }

    /// <summary>
    /// Whether the finding's product may name a control: Security Hub and Config their own, others where an entry lists them. What a
    /// product writes into its fields may read like a control of AWS and mean something else.
    /// </summary>
    private static bool IsOf(string productArn, CatalogueEntry entry)
    {
        if (Product().Match(productArn) is not { Success: true } product) return false;
        var name = product.Groups["product"].Value;
        return (name is "aws/securityhub" or "aws/config" && product.Groups["account"].Length == 0)
            || entry.Products.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Reads the file.</summary>
    public static RemediationCatalogue Read(PolicyMap root)
    {
        var role = ReadTemplate(root, "automation_role", root.Required("automation_role"));
        var approval = ApprovalRule.Read(root.Map("approval"), root);
        var verifyFor = TimeSpan.FromMinutes(root.Number("verify_minutes", 15, 1, 24 * 60));
        var undoFor = TimeSpan.FromHours(root.Number("undo_hours", 24, 0, 7 * 24));
        var timeout = root.Number("timeout_minutes", 60, 1, MaxTimeout);
        var entries = new List<CatalogueEntry>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var map in root.Maps("remediations"))
        {
            var entry = ReadEntry(map, timeout);
            foreach (var pair in entry.Controls.SelectMany(control => entry.ResourceTypes.Select(type => $"{control} on {type}"))
                .Where(pair => !taken.Add(pair)))
                map.Fault("controls", $"{pair} has a remediation already; keep one");
            entries.Add(entry);
        }

        return new RemediationCatalogue(role, approval, verifyFor, undoFor, entries);
    }

    private static CatalogueEntry ReadEntry(PolicyMap map, int timeout)
    {
        var controls = map.Texts("controls");
        var types = map.Texts("resource_types");
        var call = map.Text("call");
        var document = call ?? map.Required("document");
        if (controls.Count == 0) map.Fault("controls", "'controls' is missing: name the Security Hub controls, for example [S3.8]");
        if (types.Count == 0) map.Fault("resource_types", "'resource_types' is missing: name the ASFF types, for example [AwsS3Bucket]");
        foreach (var control in controls.Where(control => !ControlId().IsMatch(control)))
            map.Fault("controls", $"'{control}' is not a control id such as S3.8");
        if (call is not null && call != ResourceWriter.RevokeIngress)
            map.Fault("call", $"'{call}' is not a call that we make; known is {ResourceWriter.RevokeIngress}");
        if (call is not null && map.Has("document")) map.Fault("call", "'call' and 'document' exclude each other");
        if (call is null && document.Length > 0 && !DocumentName().IsMatch(document))
            map.Fault("document", $"'{document}' is not the name of a Systems Manager document");
        var preview = map.Map("preview") is { } given ? ReadPreview(given) : null;
        if (call is not null && preview is not { Closes.Count: > 0 })
            map.Fault("call", $"'{call}' needs a preview that reads security-group-rules and says which ports it closes");
        return new CatalogueEntry
        {
            Controls = controls,
            ConfigRules = map.Texts("config_rules"),
            ResourceTypes = types,
            Products = map.Texts("products"),
            Document = document,
            IsCall = call is not null,
            Parameters = ReadParameters(map),
            Risk = map.Has("risk") ? map.Choice("risk", Risk.High) : Missing(map, "risk", Risk.High),
            Undo = map.Has("reversible") ? map.Choice("reversible", Reversible.No) : Missing(map, "reversible", Reversible.No),
            Changes = LocalText.Read(map, "changes"),
            UndoText = LocalText.Read(map, "undo"),
            Preview = preview,
            Precondition = map.Map("precondition") is { } precondition ? ReadPrecondition(precondition, preview) : null,
            Timeout = TimeSpan.FromMinutes(map.Number("timeout_minutes", timeout, 1, MaxTimeout)),
            IsPeriodic = map.Has("schedule") && map.Choice("schedule", CheckSchedule.Change) == CheckSchedule.Periodic,
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
        if (kind == "security-group-rules")
        {
            var closes = map.Texts("closes");
            foreach (var text in closes.Where(text => text != "all" && !ushort.TryParse(text, out _)))
                map.Fault("closes", $"'{text}' is neither a port nor 'all'");
            return new PreviewRead(kind, null, null)
            {
                ClosesAll = closes.Contains("all"),
                Closes =
                [
                    .. closes.Where(text => ushort.TryParse(text, out _)).Select(text => int.Parse(text, CultureInfo.InvariantCulture)),
                ],
            };
        }

        if (kind is not (PreviewRead.Detail or PreviewRead.RdsInstance)) return new PreviewRead(kind, null, null);
        return new PreviewRead(kind, map.Required("path"), map.Required("becomes"));
    }

    private static Precondition ReadPrecondition(PolicyMap map, PreviewRead? preview)
    {
        var setting = map.Required("setting");
        var values = map.Texts("is");
        if (values.Count == 0) map.Fault("is", "'is' is missing: the values with which the remediation makes sense");
        if (preview is null) map.Fault("setting", "a precondition needs a preview, which reads it");
        return new Precondition(setting, values, LocalText.Read(map, "otherwise"));
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

    [GeneratedRegex(@"^arn:[^:]+:securityhub:[^:]*:(?<account>[^:]*):product/(?<product>[^/]+/[^/]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Product();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]*\.[0-9]{1,4}$")]
    private static partial Regex ControlId();

    // ssm service model, DocumentARN: names, or ARNs of shared documents.
    [GeneratedRegex(@"^[a-zA-Z0-9_.\-:/]{3,200}$")]
    private static partial Regex DocumentName();
}

/// <summary>When Security Hub checks a control.</summary>
internal enum CheckSchedule
{
    /// <summary>When the resource changes.</summary>
    Change,

    /// <summary>By the clock, at least once a day.</summary>
    Periodic,
}
