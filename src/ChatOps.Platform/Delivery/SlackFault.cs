using ChatOps.Slack.Api;

namespace ChatOps.Platform.Delivery;

/// <summary>What an error code of Slack means for a message that waits.</summary>
internal enum SlackFault
{
    /// <summary>Slack's own trouble: try again later.</summary>
    Transient,

    /// <summary>Token, scope or workspace: nothing goes until an operator mends it, and nothing is lost meanwhile.</summary>
    Workspace,

    /// <summary>The channel cannot be posted to.</summary>
    Channel,

    /// <summary>This message is refused, and would be again.</summary>
    Permanent,
}

/// <summary>Sorts Slack's error codes; those of chat.postMessage and chat.update, by their method pages.</summary>
internal static class SlackFaults
{
    public static SlackFault Of(SlackException fault) => fault.Error switch
    {
        "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" or "rate_limited"
            or "message_limit_exceeded"
            or "accesslimited" or "external_channel_migrating" => SlackFault.Transient,
        "invalid_auth" or "not_authed" or "account_inactive" or "token_revoked" or "token_expired" or "missing_scope"
            or "not_allowed_token_type" or "access_denied"
            or "no_permission" or "org_login_required" or "ekm_access_denied" or "two_factor_setup_required" or "team_access_not_granted" =>
                SlackFault.Workspace,
        "channel_not_found" or "not_in_channel" or "is_archived" or "restricted_action" or "restricted_action_read_only_channel" =>
            SlackFault.Channel,
        _ => SlackFault.Permanent,
    };
}
