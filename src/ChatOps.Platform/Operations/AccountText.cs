using System.Text.RegularExpressions;

namespace ChatOps.Platform.Operations;

/// <summary>How an account is written where many read along.</summary>
public static partial class AccountText
{
    /// <summary>1111…3333</summary>
    public static string Mask(string account) => account.Length == 12 ? $"{account[..4]}…{account[8..]}" : account;

    /// <summary>Masks every account id within a text, such as an error message of AWS's.</summary>
    public static string MaskAll(string text) => AccountId().Replace(text, match => Mask(match.Value));

    [GeneratedRegex(@"(?<![0-9])[0-9]{12}(?![0-9])")]
    private static partial Regex AccountId();
}
