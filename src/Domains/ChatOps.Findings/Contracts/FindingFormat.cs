using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;

namespace ChatOps.Findings;

/// <summary>How findings and their resources read, for domains that show them beside their own. Pure.</summary>
public static class FindingFormat
{
    /// <summary>One finding of a list, with the button that opens it.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="accountName">What people call its account; null where they call it by its id.</param>
    /// <param name="locale">Whom it is written for.</param>
    public static SectionBlock Row(Finding finding, string? accountName, Locale locale) =>
        FindingListMessage.Row(finding, accountName, locale);

    /// <summary>
    /// The shortest name that tells which resource it is: <c>payroll-exports</c>, <c>web (sg-0a1…)</c>. As outsiders wrote it: escape it.
    /// </summary>
    public static string ResourceName(FindingResource resource) => ResourceText.Name(resource);

    /// <summary>A resource type as people know it: <c>AwsS3Bucket</c> is <c>AWS::S3::Bucket</c>; an unknown one stays as it is.</summary>
    /// <param name="type">The type in ASFF's form.</param>
    public static string ResourceType(string type) => ResourceText.Type(type);
}
