using ChatOps.Delivery;

namespace ChatOps.Findings;

/// <summary>One Security Hub finding as we know it now. The record holds facts; how they are said is the message's business.</summary>
public sealed record Finding
{
    /// <summary>Our id: short, opaque, derived from <see cref="Arn"/>; safe in a button's value.</summary>
    public required string Id { get; init; }

    /// <summary>ASFF <c>Id</c>, usually an ARN; with <see cref="ProductArn"/> the identity Security Hub itself uses.</summary>
    public required string Arn { get; init; }

    /// <summary>ASFF <c>ProductArn</c>.</summary>
    public required string ProductArn { get; init; }

    /// <summary>ASFF <c>AwsAccountId</c>: the account the finding is in, which may differ from the event's.</summary>
    public required string Account { get; init; }

    /// <summary>The region of the finding.</summary>
    public required string Region { get; init; }

    /// <summary>ASFF <c>Title</c>.</summary>
    public required string Title { get; init; }

    /// <summary>How bad it is.</summary>
    public required Rank Severity { get; init; }

    /// <summary>The control (<c>S3.8</c>), whichever generation of ASFF said it, upper case; null when the finding is not of a control.</summary>
    public string? ControlId { get; init; }

    /// <summary>What it is about; several for some controls. The first is the one shown.</summary>
    public required IReadOnlyList<FindingResource> Resources { get; init; }

    /// <summary>How a remediation of it stands; null when nobody tried.</summary>
    public RemediationMark? Remediation { get; init; }
}

/// <summary>A resource of a finding.</summary>
/// <param name="Arn">ASFF <c>Resources[].Id</c>: an ARN for AWS's own products, anything for others.</param>
/// <param name="Type">ASFF type, for example <c>AwsS3Bucket</c>.</param>
/// <param name="Region">Its region where given.</param>
/// <param name="Tags">Its tags where given.</param>
public sealed record FindingResource(string Arn, string Type, string? Region, IReadOnlyDictionary<string, string> Tags);
