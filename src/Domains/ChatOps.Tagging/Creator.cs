using System.Text.Json;

namespace ChatOps.Tagging;

/// <summary>Who made a call, as CloudTrail's userIdentity says.</summary>
/// <param name="Name">How they are named: the user, the session, or the service.</param>
internal sealed record Creator(string Name)
{
    private const string Console = "signin.amazonaws.com";

    /// <summary>The IAM user; null when it is none.</summary>
    public string? User { get; init; }

    /// <summary>The role whose session it is; null when it is none.</summary>
    public string? Role { get; init; }

    /// <summary>The session's name, by which a company tells who it is.</summary>
    public string? Session { get; init; }

    /// <summary>The AWS service that called on their behalf, or of its own; null when none did.</summary>
    public string? InvokedBy { get; init; }

    /// <summary>An AWS service itself.</summary>
    public bool IsService { get; init; }

    /// <summary>
    /// Whether AWS vouches for the name: an IAM user's, or the session's that Identity Center opened. Whoever assumes another role names
    /// the session as they like.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsVouchedFor => !IsService && (User is not null || Role?.StartsWith("AWSReservedSSO_", StringComparison.Ordinal) == true);

    /// <summary>Reads a call's userIdentity.</summary>
    public static Creator Of(CloudTrailCall call)
    {
        var type = call.One("userIdentity.type");
        var invokedBy = call.One("userIdentity.invokedBy");
        var arn = call.One("userIdentity.arn") ?? "";
        var user = call.One("userIdentity.userName");
        switch (type)
        {
            case "AWSService":
                return new Creator(invokedBy ?? "AWS") { InvokedBy = invokedBy, IsService = true };
            case "Root":
                return new Creator("root") { InvokedBy = invokedBy };
            case "IdentityCenterUser":
            case "SAMLUser":
            case "WebIdentityUser":
                return new Creator(user ?? call.One("userIdentity.principalId") ?? type) { Session = user, InvokedBy = invokedBy };
        }

        // Not by Arn: what was neutralized, federated or written by hand may not be one, and its end still says who.
        var tail = arn.Split('/');
        if (type is "AssumedRole" or "FederatedUser" || arn.Contains(":assumed-role/", StringComparison.Ordinal))
        {
            var role = call.One("userIdentity.sessionContext.sessionIssuer.userName") ?? (tail.Length > 2 ? tail[^2] : null);
            var session = tail.Length > 1 ? tail[^1] : call.One("userIdentity.principalId")?.Split(':')[^1];
            var isMachine = MachineSession.Is(session, role, call.Has("userIdentity.sessionContext.webIdFederationData.federatedProvider"));
            // A user's name beside a role's ARN: the name is what people know. A machine's session is another each time.
            return new Creator(type == "IAMUser" && user is not null ? user : isMachine ? role! : session ?? role ?? "")
            {
                User = type == "IAMUser" ? user : null,
                Role = role,
                Session = session,
                InvokedBy = invokedBy,
            };
        }

        return new Creator(user ?? (tail.Length > 1 ? tail[^1] : call.One("userIdentity.principalId") ?? "unknown"))
        {
            User = user ?? (tail.Length > 1 ? tail[^1] : null),
            InvokedBy = invokedBy,
        };
    }

    /// <summary>Why nothing of theirs is tagged; null when it is.</summary>
    /// <param name="rules">The policy.</param>
    /// <param name="ourRoles">The roles in which the bot acts.</param>
    public string? SkipReason(AutoTagRules rules, IReadOnlySet<string> ourRoles)
    {
        if (IsService) return SkipReasons.Service;
        if (Role is { } role && (ourRoles.Contains(role) || role.StartsWith("AWSServiceRoleFor", StringComparison.Ordinal)))
            return ourRoles.Contains(role) ? SkipReasons.Ourselves : SkipReasons.Service;
        // Who signs in to the console is no service.
        if (InvokedBy is { } service && service.EndsWith(".amazonaws.com", StringComparison.Ordinal) && service != Console
            && !rules.Through.Contains(service, StringComparer.OrdinalIgnoreCase))
            return SkipReasons.Service;
        foreach (var name in (string?[])[User, Role, Session])
        {
            if (name is not null && rules.SkipCreators.Any(pattern => TextPattern.Matches(pattern, name))) return SkipReasons.Policy;
        }

        return null;
    }

    public string ToJson() => JsonSerializer.Serialize(this, TagJson.Default.Creator);

    public static Creator FromJson(string json) => JsonSerializer.Deserialize(json, TagJson.Default.Creator)!;
}

/// <summary>Why a creation is not tagged.</summary>
internal static class SkipReasons
{
    /// <summary>The call failed.</summary>
    public const string Refused = "refused";

    /// <summary>An AWS service created it of its own.</summary>
    public const string Service = "service";

    /// <summary>We created it.</summary>
    public const string Ourselves = "ourselves";

    /// <summary>The policy skips its creator, or tags nothing.</summary>
    public const string Policy = "policy";

    /// <summary>The call says no id: it was not created yet.</summary>
    public const string NoId = "no-id";

    /// <summary>It existed before: the call updated it.</summary>
    public const string Update = "update";
}
