using System.Text.Json;

namespace ChatOps.Aws;

/// <summary>Which findings, in which order. All filters must match; of one filter's values any may (negative ones: all).</summary>
public sealed record FindingQuery
{
    /// <summary>The most findings AWS gives in one page.</summary>
    public const int MaxPageSize = 100;

    /// <summary>What must match; null matches everything.</summary>
    public AwsSecurityFindingFilters? Filters { get; init; }

    /// <summary>In which order; AWS's own when empty.</summary>
    public IReadOnlyList<FindingSort> Sort { get; init; } = [];

    /// <summary>Findings a page, 1 to 100.</summary>
    public int PageSize { get; init; } = MaxPageSize;

    /// <summary>The query for one finding by its identity.</summary>
    public static FindingQuery ById(FindingIdentifier finding) => new()
    {
        Filters = new AwsSecurityFindingFilters { Id = [StringFilter.Is(finding.Id)], ProductArn = [StringFilter.Is(finding.ProductArn)] },
        PageSize = 1,
    };

    /// <summary>The query for some findings by their identities; a filter takes 20 values.</summary>
    public static FindingQuery ByIds(IReadOnlyCollection<FindingIdentifier> findings) => new()
    {
        Filters = new AwsSecurityFindingFilters
        {
            Id = [.. findings.Select(finding => finding.Id).Distinct().Select(StringFilter.Is)],
            ProductArn = [.. findings.Select(finding => finding.ProductArn).Distinct().Select(StringFilter.Is)],
        },
    };
}

/// <summary>A finding's identity in Security Hub.</summary>
public sealed record FindingIdentifier(string Id, string ProductArn);

/// <summary>
/// The filters of GetFindings that we use, under AWS's names (AwsSecurityFindingFilters). Up to 20 values each. None is by CVE: ask by
/// <see cref="Title"/>.
/// </summary>
public sealed record AwsSecurityFindingFilters
{
    /// <summary>The finding's id.</summary>
    public IReadOnlyList<StringFilter>? Id { get; init; }
    /// <summary>The product that found it.</summary>
    public IReadOnlyList<StringFilter>? ProductArn { get; init; }
    /// <summary>The product's name, such as <c>Inspector</c>.</summary>
    public IReadOnlyList<StringFilter>? ProductName { get; init; }
    /// <summary>The account the finding is about.</summary>
    public IReadOnlyList<StringFilter>? AwsAccountId { get; init; }
    /// <summary>The Region the finding is about.</summary>
    public IReadOnlyList<StringFilter>? Region { get; init; }
    /// <summary>What made it: the rule, the check.</summary>
    public IReadOnlyList<StringFilter>? GeneratorId { get; init; }
    /// <summary>The title.</summary>
    public IReadOnlyList<StringFilter>? Title { get; init; }
    /// <summary>The type in the namespace/category/classifier form.</summary>
    public IReadOnlyList<StringFilter>? Type { get; init; }
    /// <summary>CRITICAL, HIGH, MEDIUM, LOW or INFORMATIONAL.</summary>
    public IReadOnlyList<StringFilter>? SeverityLabel { get; init; }
    /// <summary>NEW, NOTIFIED, SUPPRESSED or RESOLVED.</summary>
    public IReadOnlyList<StringFilter>? WorkflowStatus { get; init; }
    /// <summary>ACTIVE or ARCHIVED.</summary>
    public IReadOnlyList<StringFilter>? RecordState { get; init; }
    /// <summary>PASSED, WARNING, FAILED or NOT_AVAILABLE.</summary>
    public IReadOnlyList<StringFilter>? ComplianceStatus { get; init; }
    /// <summary>The control, such as <c>S3.8</c>.</summary>
    public IReadOnlyList<StringFilter>? ComplianceSecurityControlId { get; init; }
    /// <summary>The resource's id, mostly its ARN.</summary>
    public IReadOnlyList<StringFilter>? ResourceId { get; init; }
    /// <summary>The resource's type, such as <c>AwsS3Bucket</c>.</summary>
    public IReadOnlyList<StringFilter>? ResourceType { get; init; }
    /// <summary>The resource's tags.</summary>
    public IReadOnlyList<MapFilter>? ResourceTags { get; init; }
    /// <summary>When the finding was made.</summary>
    public IReadOnlyList<DateFilter>? CreatedAt { get; init; }
    /// <summary>When its provider last changed it.</summary>
    public IReadOnlyList<DateFilter>? UpdatedAt { get; init; }
}

/// <summary>A value and how it is compared, both in AWS's words.</summary>
public sealed record StringFilter(string Value, string Comparison)
{
    /// <summary>Equal to the value.</summary>
    public static StringFilter Is(string value) => new(value, "EQUALS");
    /// <summary>Anything but the value.</summary>
    public static StringFilter IsNot(string value) => new(value, "NOT_EQUALS");
    /// <summary>Beginning with the value.</summary>
    public static StringFilter StartsWith(string value) => new(value, "PREFIX");
    /// <summary>Holding the value, upper and lower case told apart.</summary>
    public static StringFilter Contains(string value) => new(value, "CONTAINS");
}

/// <summary>A key, its value, and EQUALS, NOT_EQUALS, CONTAINS or NOT_CONTAINS.</summary>
public sealed record MapFilter(string Key, string Value, string Comparison = "EQUALS");

/// <summary>A time between two ISO 8601 instants, or within the last days.</summary>
public sealed record DateFilter
{
    /// <summary>From when, ISO 8601.</summary>
    public string? Start { get; init; }
    /// <summary>Until when, ISO 8601.</summary>
    public string? End { get; init; }
    /// <summary>Instead of both: the last days.</summary>
    public DateRange? DateRange { get; init; }

    /// <summary>Within the last <paramref name="days"/> days.</summary>
    public static DateFilter LastDays(int days) => new() { DateRange = new DateRange(days) };
    /// <summary>From <paramref name="start"/> up to <paramref name="end"/>.</summary>
    public static DateFilter Between(DateTimeOffset start, DateTimeOffset end) => new() { Start = Iso(start), End = Iso(end) };

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A span that ends now; AWS knows days only.</summary>
public sealed record DateRange(int Value, string Unit = "DAYS");

/// <summary>A finding's field and <c>asc</c> or <c>desc</c>.</summary>
public sealed record FindingSort(string Field, string SortOrder)
{
    /// <summary>Latest change first.</summary>
    public static FindingSort LatestFirst { get; } = new("UpdatedAt", "desc");
}

/// <summary>One page of findings and where the next begins; null when it was the last.</summary>
public sealed record FindingPage(IReadOnlyList<JsonElement> Findings, string? NextToken);
