namespace ChatOps.Platform.Delivery;

/// <summary>What an error code of Slack means for a message that waits.</summary>
internal enum SlackFault
{
    /// <summary>Slack's own trouble: the same again, later.</summary>
    Transient,

    /// <summary>Token or scope: nothing goes until an operator mends it, and nothing is lost meanwhile.</summary>
    Workspace,

    /// <summary>Slack does not take what the message is made of: again, in a plainer form.</summary>
    Form,

    /// <summary>The channel cannot be posted to: the message goes elsewhere.</summary>
    Channel,

    /// <summary>The message in Slack can no longer be changed: deleted, closed to edits, or its channel is.</summary>
    Lost,

    /// <summary>A code that is not in the list: first the same again, then plainer, then elsewhere.</summary>
    Unknown,
}

/// <summary>
/// Sorts Slack's error codes: those of the pages of chat.postMessage and chat.update, and by their family those of next year. A code that
/// is in no family is <see cref="SlackFault.Unknown"/>, which loses nothing either.
/// </summary>
internal static class SlackFaults
{
    /// <summary>What a refusal means, and for <see cref="SlackFault.Form"/> what to leave out.</summary>
    /// <param name="method">The method that was called.</param>
    /// <param name="code">Slack's code; empty when it gave none.</param>
    public static (SlackFault Fault, PlainForm Remedy) Of(string method, string code)
    {
        var updating = method == SlackMethods.Update;
        return code switch
        {
            "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout" or "team_added_to_org" or "rate_limited"
                or "ratelimited" or "message_limit_exceeded" or "accesslimited" or "external_channel_migrating" =>
                (SlackFault.Transient, default),

            "invalid_auth" or "not_authed" or "account_inactive" or "token_revoked" or "token_expired" or "missing_scope"
                or "not_allowed_token_type" or "org_login_required" or "ekm_access_denied" or "two_factor_setup_required" =>
                (SlackFault.Workspace, default),

            "message_not_found" or "cant_update_message" or "edit_window_closed" or "is_inactive" when updating =>
                (SlackFault.Lost, default),

            "channel_not_found" or "not_in_channel" or "is_archived" or "is_inactive" or "no_permission" or "team_access_not_granted"
                or "team_not_found" or "posting_to_channel_denied" or "messages_tab_disabled" or "user_not_found" or "users_not_found"
                or "user_disabled" or "cannot_dm_bot" or "channel_type_not_supported" or "method_not_supported_for_channel_type"
                or "duplicate_channel_not_found" or "restricted_action" or "restricted_action_read_only_channel"
                or "restricted_action_thread_only_channel" => (updating ? SlackFault.Lost : SlackFault.Channel, default),

            "restricted_action_non_threadable_channel" or "restricted_action_thread_locked" or "cannot_reply_to_message"
                or "cant_broadcast_message" or "message_not_found" or "thread_not_found" or "thread_locked" or "invalid_thread_ts" =>
                (SlackFault.Form, PlainForm.NoThread),

            "msg_too_long" or "text_too_long" => (SlackFault.Form, PlainForm.NoBlocks | PlainForm.Short),

            "no_text" or "block_mismatch" or "markdown_text_conflict" or "too_many_contact_cards" => (SlackFault.Form, PlainForm.NoBlocks),

            _ when code.Contains("metadata", StringComparison.Ordinal) => (SlackFault.Form, PlainForm.NoMetadata),
            _ when code.Contains("block", StringComparison.Ordinal) || code.Contains("attachment", StringComparison.Ordinal)
                || code.Contains("file", StringComparison.Ordinal) || code.Contains("sharing", StringComparison.Ordinal) =>
                (SlackFault.Form, PlainForm.NoPictures),
            _ when code.StartsWith("restricted_action", StringComparison.Ordinal) =>
                (updating ? SlackFault.Lost : SlackFault.Channel, default),
            _ => (SlackFault.Unknown, default),
        };
    }
}

/// <summary>The methods that delivery posts by.</summary>
internal static class SlackMethods
{
    public const string Post = "chat.postMessage";

    public const string Update = "chat.update";
}
