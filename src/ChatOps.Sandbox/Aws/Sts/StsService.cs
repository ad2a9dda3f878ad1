using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Sts;

/// <summary>Security Token Service: the member role of every account can be assumed, no other.</summary>
internal sealed partial class StsService(AwsState state, TimeProvider time) : LockedService(state)
{
    private const string RoleName = "ChatOpsMember";
    private static readonly XNamespace Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    public override string SigningName => "sts";

    protected override AwsAnswer Answer(AwsCall call) => call.Operation switch
    {
        "GetCallerIdentity" => AwsAnswer.Query(
            call,
            Namespace,
            new XElement("Arn", call.Caller.Arn),
            new XElement("UserId", call.Caller.UserId),
            new XElement("Account", call.Caller.AccountId)),
        "AssumeRole" => AssumeRole(call),
        _ => throw AwsFault.UnknownOperation("sts", call.Operation),
    };

    private AwsAnswer AssumeRole(AwsCall call)
    {
        var role = call.Form.Required("RoleArn");
        var session = call.Form.Required("RoleSessionName");
        var seconds = call.Form.Number("DurationSeconds") ?? 3600;
        if (!SessionName().IsMatch(session))
            throw new AwsFault(
                "ValidationError",
                $"1 validation error detected: Value '{session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy " +
                $"regular expression pattern: [\\w+=,.@-]*");
        if (seconds is < 900 or > 43200)
            throw new AwsFault(
                "ValidationError",
                $"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have " +
                $"value between 900 and 43200");

        var account = AwsState.Accounts.Select(a => a.Id).FirstOrDefault(id => role == $"arn:aws:iam::{id}:role/{RoleName}")
            ?? throw new AwsFault(
                "AccessDenied", $"User: {call.Caller.Arn} is not authorized to perform: sts:AssumeRole on resource: {role}", 403);

        var key = "ASIA" + AwsIds.Upper(16);
        var roleId = "AROA" + account + "MEMBR";
        var caller = new AwsCaller(account, $"arn:aws:sts::{account}:assumed-role/{RoleName}/{session}", $"{roleId}:{session}");
        var credentials = new TemporaryCredentials(
            AwsIds.Hex(40), "IQoJb3JpZ2luX2Vj" + AwsIds.Hex(120), time.GetUtcNow().AddSeconds(seconds), caller);
        State.Sessions[key] = credentials;
        return AwsAnswer.Query(
            call,
            Namespace,
            new XElement(
                "Credentials",
                new XElement("AccessKeyId", key),
                new XElement("SecretAccessKey", credentials.SecretAccessKey),
                new XElement("SessionToken", credentials.SessionToken),
                new XElement("Expiration", AwsIds.IsoSeconds(credentials.Expiration))),
            new XElement("AssumedRoleUser", new XElement("AssumedRoleId", caller.UserId), new XElement("Arn", caller.Arn)),
            new XElement("PackedPolicySize", 0));
    }

    [GeneratedRegex(@"^[\w+=,.@-]{2,64}$")]
    private static partial Regex SessionName();
}
