using ChatOps.Aws;
using ChatOps.Kernel.Filters;
using ChatOps.Platform.Filters;
using ChatOps.Platform.Localization;

namespace ChatOps.Assets;

/// <summary>The filters of <c>/asset</c>: the same for <c>find</c>, <c>export</c>, <c>tag</c> and <c>untag</c>.</summary>
internal sealed class AssetFilters(IAwsAccounts accounts, ILocales locales, TimeProvider time)
{
    /// <summary>The keys of the grammar.</summary>
    public const string Name = "name";
    public const string Id = "id";
    public const string Type = "type";
    public const string Tag = "tag";
    public const string Owner = "owner";
    public const string Creator = "creator";
    public const string Group = "group";
    public const string Created = "created";

    /// <summary>What is searched by.</summary>
    public FilterGrammar Grammar { get; } = new("asset",
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

    /// <summary><c>type:s3</c>, <c>type:ec2:instance</c>, <c>type:alb</c>: a type of which we have never heard is doubted, for AWS has more of them than we know.</summary>
    public static FilterKey TypeKey { get; } = new(Type, FilterKind.Choice, "유형", "종류")
    {
        Example = "type:ec2:instance",
        Choices = static () => ResourceType.Offered,
        Accepts = static _ => true,
        Knows = ResourceType.IsKnown,
    };

    /// <summary>Reads a search; false with what is wrong.</summary>
    public bool TryRead(string text, out Filter filter, out FilterFault? fault) =>
        Grammar.TryRead(text, new FilterClock(time.GetUtcNow(), locales.Default.Zone), out filter, out fault);
}
