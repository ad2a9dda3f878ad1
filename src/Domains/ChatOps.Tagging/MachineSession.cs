using System.Text.RegularExpressions;

namespace ChatOps.Tagging;

/// <summary>
/// Tells a machine's role session from a person's. A machine's is named by its SDK, its job or a number, and by another each time: the
/// role is then what says who it was.
/// </summary>
internal static partial class MachineSession
{
    /// <summary>Whether a session is a machine's.</summary>
    /// <param name="session">Its name; null when there is none.</param>
    /// <param name="role">Its role; null when it is not known.</param>
    /// <param name="webIdentity">The role was assumed with a token: a pod's, a pipeline's.</param>
    public static bool Is(string? session, string? role, bool webIdentity)
    {
        if (role is not { Length: > 0 }) return false;
        if (session is not { Length: > 0 }) return true;
        // People are known by their mail address, and by Identity Center whatever they are called.
        if (session.Contains('@', StringComparison.Ordinal) || role.StartsWith("AWSReservedSSO_", StringComparison.Ordinal)) return false;
        return webIdentity || Named().IsMatch(session) || Made().IsMatch(session)
            || (MachineRole().IsMatch(role) && !Handle().IsMatch(session));
    }

    /// <summary>Names that SDKs and tools give a session when nobody does.</summary>
    [GeneratedRegex(
        "^(aws-go-sdk|aws-sdk|awssdk|botocore-session|boto3|aws-cli|awscli|aws-cdk$|aws-java-sdk|sdk-session|session|default|assume-?role|"
        + "terraform|tofu|opentofu|pulumi|terragrunt|atlantis|ansible|packer|crossplane|github-?actions?|gitlab|jenkins|circleci|"
        + "buildkite|argocd|spinnaker|codebuild|awscodebuild|codepipeline|awscodepipeline|stackset|awscloudformation|cloudformation|"
        + "serverless|karpenter|eks-|ecs-|lambda-|batch-|ci|cd|deploy|pipeline|runner|bot|cron|provider)([-_./:0-9]|$)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    /// <summary>Numbers and ids: a run of six digits, a UUID, an instance, sixteen hexadecimal digits.</summary>
    [GeneratedRegex(
        "[0-9]{6,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}|^i-[0-9a-f]{8,}$|(?=[0-9a-f]*[0-9])[0-9a-f]{12,}",
        RegexOptions.IgnoreCase)]
    private static partial Regex Made();

    /// <summary>As people are called: a word, or two with a dot.</summary>
    [GeneratedRegex(@"^\p{L}+([._]\p{L}+)?$")]
    private static partial Regex Handle();

    /// <summary>Roles that machines have.</summary>
    [GeneratedRegex(
        "(^|[-_])(irsa|terraform|tofu|github-?actions?|gitlab|jenkins|codebuild|circleci|cicd|ci|atlantis|argocd|karpenter)([-_]|$)|"
        + "^stacksets-exec-|StackSetExecution",
        RegexOptions.IgnoreCase)]
    private static partial Regex MachineRole();
}
