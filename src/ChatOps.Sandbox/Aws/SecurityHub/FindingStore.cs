using System.Text.Json.Nodes;
using ChatOps.Sandbox.Aws.Delivery;

namespace ChatOps.Sandbox.Aws.SecurityHub;

/// <summary>One finding in AWS Security Finding Format, with what the sandbox needs to find it again.</summary>
internal sealed class StoredFinding
{
    public required JsonObject Body { get; set; }

    public required string AccountId { get; init; }

    public required string Region { get; init; }

    /// <summary>The control that the sandbox evaluates for it; null for findings of other products.</summary>
    public string? ControlId { get; init; }

    public string? ResourceArn { get; init; }

    /// <summary>What a list still shows while Security Hub is behind; null before the first update.</summary>
    public JsonObject? Before { get; set; }

    /// <summary>Whether the last update was refused as concurrent.</summary>
    public bool WasRefused { get; set; }

    /// <summary>Since when <see cref="Body"/> is what it is; a list that is behind shows <see cref="Before"/> for some time.</summary>
    public DateTimeOffset ChangedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>The way its events take to the bot.</summary>
    public EventRoute Route { get; init; }

    public string Id => (string)Body["Id"]!;

    public string ProductArn => (string)Body["ProductArn"]!;

    public string WorkflowStatus => (string?)Body["Workflow"]?["Status"] ?? "NEW";

    public bool Archived => (string?)Body["RecordState"] == "ARCHIVED";

    public string? ComplianceStatus => (string?)Body["Compliance"]?["Status"];
}

/// <summary>All findings of all accounts, oldest first. Security Hub's aggregation decides who sees which.</summary>
internal sealed class FindingStore
{
    private readonly Dictionary<(string Id, string ProductArn), StoredFinding> _byId = [];
    private readonly Dictionary<(string Control, string Resource, string Account, string Region), StoredFinding> _byControl = [];
    private readonly List<StoredFinding> _all = [];

    public IReadOnlyList<StoredFinding> All => _all;

    public StoredFinding? Last => _all.Count == 0 ? null : _all[^1];

    public StoredFinding? Find(string id, string productArn) => _byId.GetValueOrDefault((id, productArn));

    public StoredFinding? Find(string id) => _all.FirstOrDefault(f => f.Id == id);

    public StoredFinding? OfControl(string controlId, string resourceArn, string account, string region) =>
        _byControl.GetValueOrDefault((controlId, resourceArn, account, region));

    public void Add(StoredFinding finding)
    {
        _byId.Add((finding.Id, finding.ProductArn), finding);
        _all.Add(finding);
        if (finding is { ControlId: { } control, ResourceArn: { } resource })
            _byControl[(control, resource, finding.AccountId, finding.Region)] = finding;
    }

    public void Clear()
    {
        _byId.Clear();
        _byControl.Clear();
        _all.Clear();
    }

    /// <summary>
    /// What a caller sees: its own findings in the region; the administrator account sees its members' too,
    /// and, in the home region, those of the linked regions.
    /// </summary>
    public static bool Visible(StoredFinding finding, string account, string region)
    {
        var administrator = account == AwsSandboxOptions.ProdAccount;
        var aggregated = administrator && region == AwsSandboxOptions.HomeRegion;
        return (finding.AccountId == account || administrator) && (finding.Region == region || aggregated);
    }
}
