using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack.BlockKit;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>files.getUploadURLExternal, the upload address, files.completeUploadExternal.</summary>
internal static class FileMethods
{
    public static JsonObject GetUploadUrl(SlackWorkspace workspace, ApiCall call)
    {
        var name = call.Required("filename");
        var length = call.Number("length", 0, int.MaxValue);
        if (length == 0)
        {
            throw new SlackRefusal("invalid_arguments", ["[ERROR] missing required field: length"]);
        }
        var file = workspace.Files.Create(name, length);
        file.AltText = call.Text("alt_txt") ?? "";
        return new JsonObject { ["upload_url"] = $"{workspace.SlackUrl}/upload/v1/{file.Secret}", ["file_id"] = file.Id };
    }

    public static JsonObject Complete(SlackWorkspace workspace, ApiCall call)
    {
        if (call.Json("files", "invalid_arguments") is not JsonArray { Count: > 0 } given)
        {
            throw new SlackRefusal("invalid_arguments", ["[ERROR] missing required field: files"]);
        }
        var files = new List<StoredFile>();
        foreach (var item in given)
        {
            var file = workspace.Files.Find(item.Text("id") ?? "");
            if (file?.Content is null || file.Completed)
            {
                throw new SlackRefusal("file_not_found");
            }
            file.Title = item.Text("title") ?? file.Title;
            files.Add(file);
        }
        var ids = (call.Text("channel_id") ?? call.Text("channels") ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var channels = ids.Select(id => workspace.Channel(id) is { } c && c.Members.Contains(workspace.Options.BotUserId)
            ? c
            : throw new SlackRefusal("channel_not_found")).ToList();
        if (channels.Count > 1 && call.Has("thread_ts"))
        {
            throw new SlackRefusal("invalid_thread_ts");
        }
        var json = new JsonArray([.. files.Select(f => f.ToJson(workspace.Options, workspace.Now))]);
        var blocks = call.Json("blocks", "invalid_blocks_format") as JsonArray;
        if (blocks is not null)
        {
            BlockKitRules.CheckMessage(blocks);
        }
        foreach (var channel in channels)
        {
            var content = new JsonObject { ["text"] = call.Text("initial_comment") ?? "", ["files"] = json.Copy(), ["upload"] = false };
            if (blocks is not null)
            {
                content["blocks"] = BlockDefaults.Fill(blocks);
            }
            workspace.PostAsBot(channel, content, ChatMethods.ThreadTs(workspace, channel, call.Text("thread_ts")));
        }
        foreach (var file in files)
        {
            file.Completed = true;
        }
        return new JsonObject { ["files"] = json };
    }

    /// <summary>POST of the bytes, raw or as a multipart form, to the address that getUploadURLExternal gave.</summary>
    public static async Task<IResult> UploadAsync(SlackWorkspace workspace, string secret, HttpRequest request, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        if (request.HasFormContentType && request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true)
        {
            var form = await request.ReadFormAsync(cancel);
            if (form.Files.Count == 0)
            {
                return Results.Text("missing file", statusCode: StatusCodes.Status400BadRequest);
            }
            await form.Files[0].CopyToAsync(buffer, cancel);
        }
        else
        {
            await request.Body.CopyToAsync(buffer, cancel);
        }
        lock (workspace.Gate)
        {
            var file = workspace.Files.BySecret(secret);
            if (file is null || file.Completed)
            {
                return Results.Text("not found", statusCode: StatusCodes.Status404NotFound);
            }
            file.Content = buffer.ToArray();
            return Results.Text($"OK - {file.Content.Length}");
        }
    }
}
