using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using ChatOps.Aws;
using ChatOps.Platform.Access;
using ChatOps.Platform.Localization;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;
using Microsoft.Extensions.Logging;

namespace ChatOps.Platform.Operations;

/// <summary>
/// The one surface of faults. What we know is a sentence with the next step, logged at information; what we do not know gets a short
/// reference that is shown and logged.
/// </summary>
internal sealed partial class InteractionFaults(ILocales locales, ILogger<InteractionFaults> logger) : IInteractionFaults
{
    public async ValueTask<string> Describe(Interaction interaction, Exception fault, CancellationToken cancellationToken)
    {
        var locale = await LocaleOfAsync(interaction.UserId, cancellationToken);
        switch (fault)
        {
            case AccessDeniedException denied:
                return AccessRefusal.Say(denied.Act.Role, denied.Holders, locale);
            case UserFacingException known:
                LogKnown(interaction.Kind, interaction.Id, known.Key);
                return locale.Text(known.Key, [.. known.Values]);
            case SlackException { Error: "expired_trigger_id" or "trigger_expired" }:
                LogKnown(interaction.Kind, interaction.Id, "expired_trigger_id");
                return locale.Text("fault.trigger");
        }

        var reference = RandomNumberGenerator.GetHexString(6, lowercase: true);
        LogUnknown(fault, interaction.Kind, interaction.Id, interaction.UserId, reference);
        return $"{Sentence(fault, locale)} (ref {reference})";
    }

    private static string Sentence(Exception fault, Locale locale) => fault switch
    {
        AmazonServiceException aws => OfAws(aws, locale),
        UnknownAwsAccountException account => locale.Text("fault.aws.account", ("account", AccountText.Mask(account.AccountId))),
        AmazonClientException or HttpRequestException or SocketException or TimeoutException => locale.Text("fault.unreachable"),
        SlackRateLimitedException => locale.Text("fault.slack.busy"),
        SlackException slack => locale.Text("fault.slack", ("method", slack.Method), ("error", slack.Error)),
        _ => locale.Text("fault.unknown"),
    };

    private static string OfAws(AmazonServiceException fault, Locale locale)
    {
        switch (AwsErrors.KindOf(fault))
        {
            case AwsErrorKind.Throttled: return locale.Text("fault.aws.throttled");
            case AwsErrorKind.Unavailable: return locale.Text("fault.aws.unavailable");
            case AwsErrorKind.AccessDenied when Denied().Match(fault.Message) is { Success: true } denied:
                return locale.Text(
                    "fault.aws.denied",
                    ("code", fault.ErrorCode),
                    ("action", denied.Groups["action"].Value),
                    ("account", AccountText.Mask(denied.Groups["account"].Value)),
                    ("role", denied.Groups["role"].Value));
            default:
                return $"{locale.Text("fault.aws.other", ("code", Mrkdwn.Escape(fault.ErrorCode)))}\n" +
                    $"{Mrkdwn.CodeBlock(AccountText.MaskAll(fault.Message))}";
        }
    }

    private async Task<Locale> LocaleOfAsync(string userId, CancellationToken cancellationToken)
    {
        try
        {
            return userId.Length == 0 ? locales.Default : await locales.OfUserAsync(userId, cancellationToken);
        }
        catch (Exception e) when (e is SlackCallException or OperationCanceledException)
        {
            return locales.Default;
        }
    }

    // As IAM writes it: "User: arn:aws:sts::111122223333:assumed-role/ChatOpsMember/chatops is not authorized to perform:
    // s3:GetBucketTagging on …"
    [GeneratedRegex(
        @"arn:[a-z-]+:(?:sts|iam)::(?<account>[0-9]{12}):(?:assumed-role|role|user)/(?<role>[\w+=,.@-]+).*?perform: " +
            @"(?<action>[a-z0-9-]+:[A-Za-z0-9*]+)",
        RegexOptions.Singleline, matchTimeoutMilliseconds: 200)]
    private static partial Regex Denied();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Id} ended with the known fault {Fault}")]
    private partial void LogKnown(InteractionKind kind, string id, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} of {UserId} failed, ref {Reference}")]
    private partial void LogUnknown(Exception fault, InteractionKind kind, string id, string userId, string reference);
}
