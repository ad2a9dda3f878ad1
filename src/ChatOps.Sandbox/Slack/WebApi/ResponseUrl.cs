using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>What an app posts to a response_url, and what it may answer to a slash command at once.</summary>
internal static class ResponseUrl
{
    /// <summary>Posts, replaces or deletes, by the fields of the answer.</summary>
    /// <exception cref="SlackRefusal">The error, for a response_url that is used up or content that is invalid.</exception>
    public static void Apply(SlackWorkspace workspace, ResponseTarget target, JsonObject answer)
    {
        var channel = workspace.Channel(target.Channel) ?? throw new SlackRefusal("channel_not_found");
        var original = target.MessageTs is null ? null : workspace.Messages.Find(channel.Id, target.MessageTs);
        if (answer.Flag("delete_original"))
        {
            if (original is not null)
            {
                workspace.Delete(original);
            }
            return;
        }
        // An answer to a click replaces the message unless it says otherwise or asks for a new kind of message.
        var replace = answer["replace_original"] is JsonValue
            ? answer.Flag("replace_original")
            : target.Kind == "actions" && answer.Text("response_type") is null;
        var content = MessageContent.Read(name => answer[name], answer.Text("text"));
        if (replace && original is not null)
        {
            if (content["blocks"] is null)
            {
                original.Body.Remove("blocks");
            }
            ChatMethods.Replace(workspace, original, content);
            workspace.Changed(original);
            return;
        }
        var inChannel = answer.Text("response_type") == "in_channel";
        var thread = answer.Text("thread_ts") ?? target.ThreadTs;
        var posted = workspace.PostAsBot(
            channel, content, thread is not null && workspace.Messages.Find(channel.Id, thread) is not null ? thread : null,
            inChannel ? null : target.User);
        target.MessageTs ??= posted.Ts;
    }

    public static async Task<IResult> PostAsync(
        SlackWorkspace workspace, string kind, string secret, HttpRequest request, CancellationToken cancel)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(cancel);
        try
        {
            lock (workspace.Gate)
            {
                var target = workspace.ResponseUrls.Use(kind, secret, workspace.Now);
                var parsed = JsonNodes.TryParse(body, out var node) ? node : null;
                Apply(workspace, target, parsed as JsonObject ?? throw new SlackRefusal("invalid_payload"));
            }
            return Results.Text("ok");
        }
        catch (SlackRefusal refusal) when (refusal.Code == "used_url")
        {
            return Results.Text("used_url", statusCode: StatusCodes.Status404NotFound);
        }
        catch (SlackRefusal refusal)
        {
            return Results.Json(new { ok = false, error = refusal.Code }, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
