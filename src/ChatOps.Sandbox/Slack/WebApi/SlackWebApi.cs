using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>The HTTP face of the Web API: authentication, rates, faults, and the table of methods.</summary>
internal static class SlackWebApi
{
    private static readonly Dictionary<string, Func<SlackWorkspace, ApiCall, JsonObject>> Methods = new(StringComparer.Ordinal)
    {
        ["api.test"] = UserMethods.ApiTest,
        ["auth.test"] = UserMethods.AuthTest,
        ["chat.delete"] = ChatMethods.Delete,
        ["chat.getPermalink"] = ChatMethods.GetPermalink,
        ["chat.postEphemeral"] = ChatMethods.PostEphemeral,
        ["chat.postMessage"] = ChatMethods.PostMessage,
        ["chat.update"] = ChatMethods.Update,
        ["conversations.history"] = ConversationMethods.History,
        ["conversations.info"] = ConversationMethods.Info,
        ["conversations.join"] = ConversationMethods.Join,
        ["conversations.list"] = ConversationMethods.List,
        ["conversations.members"] = ConversationMethods.Members,
        ["conversations.open"] = ConversationMethods.Open,
        ["conversations.replies"] = ConversationMethods.Replies,
        ["files.completeUploadExternal"] = FileMethods.Complete,
        ["files.getUploadURLExternal"] = FileMethods.GetUploadUrl,
        ["usergroups.list"] = UserMethods.UserGroups,
        ["usergroups.users.list"] = UserMethods.UserGroupUsers,
        ["users.info"] = UserMethods.Info,
        ["users.list"] = UserMethods.List,
        ["users.lookupByEmail"] = UserMethods.LookupByEmail,
        ["views.open"] = ViewMethods.Open,
        ["views.publish"] = ViewMethods.Publish,
        ["views.push"] = ViewMethods.Push,
        ["views.update"] = ViewMethods.Update,
    };

    /// <summary>Maps <c>/api/{method}</c>, the upload addresses and the response_urls.</summary>
    public static void MapSlackWebApi(this IEndpointRouteBuilder routes, SlackWorkspace workspace)
    {
        routes.MapMethods(
            "/api/{method}", ["GET", "POST"],
            (string method, HttpContext http, CancellationToken cancel) => CallAsync(workspace, method, http, cancel));
        routes.MapMethods(
            "/upload/v1/{secret}", ["POST", "PUT"],
            (string secret, HttpRequest request, CancellationToken cancel) => FileMethods.UploadAsync(workspace, secret, request, cancel));
        routes.MapPost("/{kind:regex(^(commands|actions)$)}/{team}/{app}/{secret}", (
            string kind, string secret, HttpRequest request,
            CancellationToken cancel) => ResponseUrl.PostAsync(workspace, kind, secret, request, cancel));
    }

    private static async Task<IResult> CallAsync(SlackWorkspace workspace, string method, HttpContext http, CancellationToken cancel)
    {
        try
        {
            var call = await ApiCall.ReadAsync(method, http.Request, cancel);
            JsonObject answer;
            lock (workspace.Gate)
            {
                answer = Answer(workspace, call);
            }
            var ok = new JsonObject { ["ok"] = true };
            foreach (var (name, value) in answer.ToList())
            {
                answer.Remove(name);
                ok[name] = value;
            }
            Warn(ok, call.Warning);
            http.Response.Headers["x-oauth-scopes"] =
                "app_mentions:read,channels:history,channels:join,channels:read,chat:write,commands,files:write,im:history,im:write," +
                    "usergroups:read,users:read,users:read.email";
            return Json(ok);
        }
        catch (RateLimitedException limited)
        {
            http.Response.Headers.RetryAfter = limited.Seconds.ToString(CultureInfo.InvariantCulture);
            return Json(new JsonObject { ["ok"] = false, ["error"] = "ratelimited" }, StatusCodes.Status429TooManyRequests);
        }
        catch (SlackRefusal refusal)
        {
            return Json(
                Refused(refusal),
                refusal.Code == "service_unavailable" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
        }
    }

    private static JsonObject Answer(SlackWorkspace workspace, ApiCall call)
    {
        if (!Methods.TryGetValue(call.Method, out var method))
        {
            throw new SlackRefusal("unknown_method");
        }
        if (call.Method != "api.test")
        {
            Authenticate(workspace, call);
        }
        if (workspace.Faults.RetryAfter(call.Method) is { } forced)
        {
            throw new RateLimitedException(forced);
        }
        if (workspace.Options.RateLimits && workspace.RateLimits.Take(call.Method, call.Text("channel")) is { } wait)
        {
            throw new RateLimitedException(wait);
        }
        if (workspace.Faults.NextError(call.Method) is { } error)
        {
            throw new SlackRefusal(error);
        }
        return method(workspace, call);
    }

    private static void Authenticate(SlackWorkspace workspace, ApiCall call)
    {
        if (string.IsNullOrEmpty(call.Token))
        {
            throw new SlackRefusal("not_authed");
        }
        if (call.Token != workspace.Options.BotToken)
        {
            throw new SlackRefusal("invalid_auth");
        }
    }

    private static void Warn(JsonObject answer, string? warning)
    {
        if (warning is null)
        {
            return;
        }
        answer["warning"] = answer.Text("warning") is { } other ? $"{other},{warning}" : warning;
        if (answer["response_metadata"] is not JsonObject metadata)
        {
            answer["response_metadata"] = metadata = [];
        }
        if (metadata["warnings"] is not JsonArray warnings)
        {
            metadata["warnings"] = warnings = [];
        }
        warnings.Add((JsonNode)warning);
    }

    private static JsonObject Refused(SlackRefusal refusal)
    {
        var answer = new JsonObject { ["ok"] = false, ["error"] = refusal.Code };
        if (refusal.Messages.Count > 0)
        {
            if (refusal.Code == "invalid_blocks")
            {
                answer["errors"] = new JsonArray(
                    [.. refusal.Messages.Select(m => (JsonNode)m.Replace("[ERROR] ", "", StringComparison.Ordinal))]);
            }
            answer["response_metadata"] = new JsonObject { ["messages"] = new JsonArray([.. refusal.Messages.Select(m => (JsonNode)m)]) };
        }
        return answer;
    }

    private static IResult Json(JsonObject body, int status = StatusCodes.Status200OK) =>
        Results.Text(body.ToJsonString(), "application/json; charset=utf-8", statusCode: status);

    private sealed class RateLimitedException(int seconds) : Exception
    {
        public int Seconds { get; } = seconds;
    }
}
