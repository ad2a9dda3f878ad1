using System.Text.RegularExpressions;

namespace ChatOps.Kernel;

/// <summary>How an account is written where many read along. Plain text: escape it where it becomes markup.</summary>
public static partial class AccountText
{
    /// <summary>
    /// prod (111122223333), where the reader needs the whole id: to act on a finding, an event or a resource; the id alone without a name.
    /// </summary>
    /// <param name="account">Twelve digits; what else an account is called stays as it is.</param>
    /// <param name="name">What people call it; null, empty or the id for no name.</param>
    public static string Of(string account, string? name) => Named(account, account, name);

    /// <summary>prod (1111…3333), where the name is enough; the masked id alone without a name.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Masked(string account, string? name) => Named(account, Mask(account), name);

    /// <summary>1111…3333</summary>
    public static string Mask(string account) =>
        account.Length == 12 && account.All(char.IsAsciiDigit) ? $"{account[..4]}…{account[8..]}" : account;

    /// <summary>Masks every account id within a text, such as an error message of AWS's.</summary>
    public static string MaskAll(string text) => AccountId().Replace(text, match => Mask(match.Value));

    [GeneratedRegex(@"(?<![0-9])[0-9]{12}(?![0-9])")]
    private static partial Regex AccountId();

    private static string Named(string account, string shown, string? name) =>
        string.IsNullOrWhiteSpace(name) || name == account ? shown : shown.Length == 0 ? name : $"{name} ({shown})";
}
