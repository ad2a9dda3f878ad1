using System.Text.RegularExpressions;
using Amazon.Runtime;

namespace ChatOps.Aws;

/// <summary>Who was not allowed to do what. A call in a member account has two steps, and either may be refused.</summary>
/// <param name="Action">The IAM action, such as <c>sts:AssumeRole</c>.</param>
/// <param name="Role">The name of the role (or user) that may not; null when AWS does not say.</param>
/// <param name="Resource">The ARN on which; null when AWS does not say.</param>
public sealed partial record AwsRefusal(string Action, string? Role, string? Resource)
{
    /// <summary>
    /// What AWS's message says, which is of the step that was refused; of a message that says nothing the step is told by who sent it.
    /// </summary>
    /// <param name="fault">The refusal.</param>
    /// <param name="action">The IAM action of the call itself.</param>
    public static AwsRefusal Of(AmazonServiceException fault, string action)
    {
        var sentence = Sentence().Match(fault.Message);
        if (sentence.Success)
            return new AwsRefusal(
                sentence.Groups["action"].Value, NameOf(sentence.Groups["user"].Value),
                sentence.Groups["resource"] is { Success: true, Value: var resource } ? resource : null);
        return new AwsRefusal(IsOfAssumeRole(fault) ? "sts:AssumeRole" : action, null, null);
    }

    /// <summary>Whether the account's role could not be assumed, rather than the call itself be made.</summary>
    public static bool IsOfAssumeRole(Exception fault)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            if (inner is Amazon.SecurityToken.AmazonSecurityTokenServiceException) return true;
        }

        return false;
    }

    /// <summary>The name of a session's role, a role or a user: <c>…:assumed-role/ChatOpsBot/chatops</c> is ChatOpsBot.</summary>
    private static string? NameOf(string arn)
    {
        var parts = arn.Split('/');
        return parts.Length < 2 ? null : parts[0].EndsWith(":assumed-role", StringComparison.Ordinal) ? parts[1] : parts[^1];
    }

    [GeneratedRegex(
        @"User: (?<user>arn:\S+) is not authorized to perform: (?<action>[a-z0-9-]+:[A-Za-z0-9*]+)(?: on resource: (?<resource>arn:\S+))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Sentence();
}
