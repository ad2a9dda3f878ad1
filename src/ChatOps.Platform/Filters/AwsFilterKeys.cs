using ChatOps.Aws;
using ChatOps.Kernel.Filters;

namespace ChatOps.Platform.Filters;

/// <summary>Keys that several commands have, declared once so that <c>account:prod</c> means the same everywhere.</summary>
public static class AwsFilterKeys
{
    /// <summary>The key of <see cref="Account"/>.</summary>
    public const string AccountName = "account";

    /// <summary>The key of <see cref="Region"/>.</summary>
    public const string RegionName = "region";

    /// <summary>The key of <see cref="Severity"/>.</summary>
    public const string SeverityName = "severity";

    /// <summary>
    /// <c>account:prod</c>, <c>account:111122223333</c>: a configured account by name or id. The id of another is taken too, for findings
    /// come
    /// from accounts that nobody configured here; it is doubted.
    /// </summary>
    public static FilterKey Account(IAwsAccounts accounts) => new(AccountName, FilterKind.Choice, "계정", "acct")
    {
        Example = "account:prod",
        IsSingle = true,
        Choices = () => [.. accounts.All.Select(account => new FilterChoice(account.Id, account.Name) { Shown = account.Name })],
        Accepts = value => value.Length == 12 && value.All(char.IsAsciiDigit),
    };

    /// <summary><c>region:ap-northeast-2</c>, <c>region:us-*</c>. A Region that nobody configured is taken and doubted.</summary>
    public static FilterKey Region(IAwsAccounts accounts) => new(RegionName, FilterKind.Choice, "리전", "지역")
    {
        Example = "region:us-east-1",
        IsSingle = true,
        Choices = () => [.. accounts.All.SelectMany(account => account.Regions).Append("global").Distinct(StringComparer.Ordinal)
            .Select(region => new FilterChoice(region))],
        Accepts = static value => value.Contains('-', StringComparison.Ordinal)
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '*'),
        Normalize = static value => value.ToLowerInvariant(),
    };

    /// <summary><c>severity:high,critical</c>, <c>severity:high+</c>.</summary>
    public static FilterKey Severity { get; } = new(SeverityName, FilterKind.Choice, "심각도", "sev")
    {
        Example = "severity:high+",
        IsOrdered = true,
        IsSingle = true,
        Choices = static () =>
        [
            new("critical", "심각"), new("high", "높음"), new("medium", "중간", "moderate"), new("low", "낮음"), new("informational", "정보", "info"),
        ],
    };
}
