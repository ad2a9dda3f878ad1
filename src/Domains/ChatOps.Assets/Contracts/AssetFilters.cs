using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;

namespace ChatOps.Assets;

/// <summary>The filters of <c>/asset</c>: the same for <c>find</c>, <c>export</c>, <c>tag</c> and <c>untag</c>.</summary>
public static class AssetFilters
{
    /// <summary>A part of the name; with wildcards the whole of it.</summary>
    public const string Name = "name";

    /// <summary>The last part of the ARN, or the short id of our own.</summary>
    public const string Id = "id";

    /// <summary>The type; see <see cref="TypeKey"/>.</summary>
    public const string Type = "type";

    /// <summary>A tag, with or without the policy's prefix.</summary>
    public const string Tag = "tag";

    /// <summary>The value of the Owner tag.</summary>
    public const string Owner = "owner";

    /// <summary>A part of who created it.</summary>
    public const string Creator = "creator";

    /// <summary>A resource group's name.</summary>
    public const string Group = "group";

    /// <summary>When it was created.</summary>
    public const string Created = "created";

    /// <summary>
    /// <c>type:s3</c>, <c>type:ec2:instance</c>, <c>type:alb</c>. A type of which we have never heard is taken and doubted, for AWS has
    /// more of
    /// them than we know.
    /// </summary>
    public static FilterKey TypeKey { get; } = new(Type, FilterKind.Choice, "유형", "종류")
    {
        Example = "type:ec2:instance",
        Choices = static () => ResourceType.Offered,
        Accepts = static _ => true,
        Knows = ResourceType.IsKnown,
    };

    /// <summary>What assets are searched by.</summary>
    /// <param name="accounts">The configured accounts, read each time a filter names one.</param>
    public static FilterGrammar GrammarOf(IAwsAccounts accounts) => new("asset",
    [
        new(Name, FilterKind.Text, "이름") { Example = "name:payroll*" },
        new(Id, FilterKind.Text, "아이디") { Example = "id:i-0abc" },
        TypeKey,
        new(Tag, FilterKind.Tag, "태그") { Example = "tag:Env=PROD,DEV" },
        AwsFilterKeys.Account(accounts),
        AwsFilterKeys.Region(accounts),
        new(Owner, FilterKind.Text, "소유자") { Example = "owner:SECURITY" },
        new(Creator, FilterKind.Text, "생성자") { Example = "creator:jiyeon" },
        new(Group, FilterKind.Text, "그룹") { Example = "group:checkout" },
        new(Created, FilterKind.Range, "생성", "생성일") { Example = "created:7d" },
    ]);

    /// <summary>Which of these types somebody means; those whose name holds the text when it names none.</summary>
    /// <param name="written">What was written after <c>type:</c>.</param>
    /// <param name="types">The types to choose from, as AWS writes them: <c>AWS::S3::Bucket</c>.</param>
    public static IReadOnlyList<string> TypesOf(FilterText written, IReadOnlyList<string> types)
    {
        string[] meant = [.. types.Where(type => ResourceType.Means(written, type))];
        return meant.Length > 0 || written.IsPattern
            ? meant
            : [.. types.Where(type => type.Contains(written.Text, StringComparison.OrdinalIgnoreCase))];
    }
}
