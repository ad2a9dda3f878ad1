using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>The page's API under <c>/sandbox/</c>: what a person sees, and what they do.</summary>
internal static class PageEndpoints
{
    /// <summary>Maps the page's API onto the bot's web app, or any other.</summary>
    public static IEndpointRouteBuilder MapSandboxSlack(this IEndpointRouteBuilder routes, SlackWorkspace workspace, BotDelivery delivery)
    {
        var lifetime = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var page = routes.MapGroup("/sandbox");
        page.AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (SlackRefusal refusal)
            {
                return Failed(refusal.Code);
            }
        });
        page.MapGet("/workspace", (string user) => Locked(workspace, () => Workspace(workspace, Person(workspace, user))));
        page.MapGet(
            "/messages", (string channel, string user) => Locked(workspace, () => Messages(workspace, Person(workspace, user), channel)));
        page.MapGet(
            "/replies",
            (string channel, string ts, string user) => Locked(workspace, () => Replies(workspace, Person(workspace, user), channel, ts)));
        page.MapGet("/views", (string user) => Locked(workspace, () => new JsonObject
        {
            ["stack"] = workspace.StackJson(user),
            ["home"] = workspace.Views.Home(user) is { } home ? SlackWorkspace.ViewJson(home) : null,
        }));
        page.MapGet("/files/{id}", (string id) => File(workspace, id));
        page.MapGet("/stream", (string user, HttpContext http) => StreamAsync(workspace, user, http, lifetime.ApplicationStopping));

        page.MapPost("/command", async (CommandBody body, CancellationToken cancel) =>
        {
            var (user, channel) = Place(workspace, body.User, body.Channel);
            return Result(await delivery.CommandAsync(user, channel, body.Text.Trim(), body.ThreadTs is not null, cancel));
        });
        page.MapPost("/message", (CommandBody body) =>
        {
            var (user, channel) = Place(workspace, body.User, body.Channel);
            lock (workspace.Gate)
            {
                var text = Outgoing(workspace, body.Text);
                var message = workspace.PostAsUser(channel, user, text, WebApi.ChatMethods.ThreadTs(workspace, channel, body.ThreadTs));
                delivery.MessageEvents(message, lifetime.ApplicationStopping);
                return Json(new JsonObject { ["ok"] = true, ["ts"] = message.Ts });
            }
        });
        page.MapPost("/action", async (ActionBody body, CancellationToken cancel) =>
        {
            var (user, message, view) = Container(workspace, body.User, body.Container);
            BlockState.Placed? placed;
            lock (workspace.Gate)
            {
                placed = BlockState.Find((message?.Body ?? view!.Json)["blocks"] as JsonArray, body.BlockId, body.ActionId);
            }
            return placed is { } found
                ? Result(await delivery.ActionAsync(user, message, view, found, body.Action ?? [], body.State.Object("values"), cancel))
                : Failed("no such action in this message or view; it has changed since");
        });
        page.MapPost("/options", async (OptionsBody body, CancellationToken cancel) =>
        {
            var (user, message, view) = Container(workspace, body.User, body.Container);
            return Json(await delivery.OptionsAsync(user, message, view, body.BlockId, body.ActionId, body.Value ?? "", cancel)
                ?? new JsonObject { ["options"] = new JsonArray() });
        });
        page.MapPost("/view/submit", async (ViewBody body, CancellationToken cancel) =>
        {
            var (user, view) = OpenView(workspace, body.User, body.ViewId);
            return Result(await delivery.SubmitAsync(user, view, body.State.Object("values"), cancel));
        });
        page.MapPost("/view/close", async (ViewBody body, CancellationToken cancel) =>
        {
            var (user, view) = OpenView(workspace, body.User, body.ViewId);
            await delivery.CloseAsync(user, view, body.All, cancel);
            return Json(new JsonObject { ["ok"] = true });
        });
        page.MapPost("/home/open", (UserBody body) => Locked(workspace, () =>
        {
            delivery.HomeOpened(Person(workspace, body.User), lifetime.ApplicationStopping);
            return new JsonObject { ["ok"] = true };
        }));
        page.MapPost("/slack/faults", (FaultBody body) => Locked(workspace, () =>
        {
            if (body.RatelimitSeconds is { } seconds)
            {
                workspace.Faults.RateLimit(Math.Clamp(seconds, 0, 3600), body.Method);
            }
            if (body.FailNext is { } calls)
            {
                workspace.Faults.FailNext(Math.Clamp(calls, 0, 1000), body.Error, body.Method);
            }
            return new JsonObject { ["ok"] = true };
        }));
        return routes;
    }

    private static JsonObject Workspace(SlackWorkspace workspace, SlackUser me) => new()
    {
        ["team"] = new JsonObject
        {
            ["id"] = workspace.Options.TeamId,
            ["name"] = workspace.Options.TeamName,
            ["domain"] = workspace.Options.TeamDomain,
        },
        ["me"] = PersonJson(me),
        ["users"] = new JsonArray([.. workspace.Users.Select(PersonJson)]),
        ["channels"] = new JsonArray([.. workspace.Channels.Where(c => Sees(me, c)).Select(c => new JsonObject
        {
            ["id"] = c.Id,
            ["name"] = c.IsDirectMessage ? workspace.User(workspace.Options.BotUserId)?.Name : c.Name,
            ["is_im"] = c.IsDirectMessage,
            ["unread"] = workspace.Unread(me.Id, c.Id),
        })]),
        ["commands"] = new JsonArray([.. workspace.Commands.Select(c => new JsonObject
        {
            ["command"] = c.Command,
            ["description"] = c.Description,
            ["usage_hint"] = c.UsageHint,
        })]),
    };

    private static JsonObject PersonJson(SlackUser user) => new()
    {
        ["id"] = user.Id,
        ["name"] = user.Name,
        ["real_name"] = user.RealName,
        ["title"] = user.Title,
        ["locale"] = user.Locale,
        ["is_bot"] = user.IsBot,
    };

    private static JsonObject Messages(SlackWorkspace workspace, SlackUser user, string channel)
    {
        var visible = workspace.Messages.In(Visible(workspace, user, channel).Id).Where(m => Sees(user, m) && (!m.IsReply || m.IsBroadcast))
            .Select(workspace.Render).ToArray();
        workspace.MarkRead(user.Id, channel);
        return new JsonObject { ["messages"] = new JsonArray([.. visible]) };
    }

    private static JsonObject Replies(SlackWorkspace workspace, SlackUser user, string channel, string ts)
    {
        var parent = workspace.Messages.Find(Visible(workspace, user, channel).Id, ts) ?? throw new SlackRefusal("thread_not_found");
        var replies = workspace.Messages.In(channel).Where(m => m.IsReply && m.ThreadTs == ts && Sees(user, m));
        return new JsonObject { ["messages"] = new JsonArray([workspace.Render(parent), .. replies.Select(workspace.Render)]) };
    }

    private static IResult File(SlackWorkspace workspace, string id)
    {
        lock (workspace.Gate)
        {
            return workspace.Files.Find(id) is { Content: { } content } file
                ? Results.File(content, file.MimeType, file.MimeType.StartsWith("image/", StringComparison.Ordinal) ? null : file.Name)
                : Results.NotFound();
        }
    }

    private static async Task StreamAsync(SlackWorkspace workspace, string user, HttpContext http, CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        using var subscription = workspace.Stream.Subscribe(user, last);
        try
        {
            await http.Response.WriteAsync(": open\n\n", both.Token);
            await http.Response.Body.FlushAsync(both.Token);
            await foreach (var item in subscription.ReadAllAsync(both.Token))
            {
                await http.Response.WriteAsync($"id: {item.Id}\nevent: {item.Type}\ndata: {item.Data}\n\n", both.Token);
                await http.Response.Body.FlushAsync(both.Token);
            }
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            // The page went away or the sandbox stops: the stream just ends.
            return;
        }
    }

    /// <summary>Mentions as Slack's composer writes them: <c>@chatops</c> becomes <c>&lt;@U0CHATOPS&gt;</c>.</summary>
    private static string Outgoing(SlackWorkspace workspace, string text)
    {
        var escaped = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        foreach (var user in workspace.Users)
        {
            escaped = escaped.Replace($"&lt;@{user.Id}&gt;", $"<@{user.Id}>", StringComparison.Ordinal).Replace(
                "@" + user.Name, $"<@{user.Id}>", StringComparison.OrdinalIgnoreCase);
        }
        return escaped;
    }

    private static bool Sees(SlackUser user, SlackChannel channel) =>
        channel.DirectMessageUser is null || channel.DirectMessageUser == user.Id;

    private static bool Sees(SlackUser user, StoredMessage message) => message.EphemeralUser is null || message.EphemeralUser == user.Id;

    private static SlackUser Person(SlackWorkspace workspace, string id) => workspace.User(id) ?? throw new SlackRefusal("user_not_found");

    private static SlackChannel Visible(SlackWorkspace workspace, SlackUser user, string id) =>
        workspace.Channel(id) is { } channel && Sees(user, channel) ? channel : throw new SlackRefusal("channel_not_found");

    private static (SlackUser User, SlackChannel Channel) Place(SlackWorkspace workspace, string user, string channel)
    {
        lock (workspace.Gate)
        {
            var person = Person(workspace, user);
            return (person, Visible(workspace, person, channel));
        }
    }

    private static (SlackUser User, StoredView View) OpenView(SlackWorkspace workspace, string user, string viewId)
    {
        lock (workspace.Gate)
        {
            var person = Person(workspace, user);
            return workspace.Views.Find(viewId) is { } view && view.User == person.Id
                ? (person, view)
                : throw new SlackRefusal("view_not_found");
        }
    }

    private static (SlackUser User, StoredMessage? Message, StoredView? View) Container(
        SlackWorkspace workspace, string user, JsonObject? container)
    {
        if (container.Text("type") == "view")
        {
            var (owner, view) = OpenView(workspace, user, container.Text("view_id") ?? "");
            return (owner, null, view);
        }
        lock (workspace.Gate)
        {
            var person = Person(workspace, user);
            var channel = Visible(workspace, person, container.Text("channel") ?? "");
            return workspace.Messages.Find(channel.Id, container.Text("message_ts") ?? "") is { } message && Sees(person, message)
                ? (person, message, null)
                : throw new SlackRefusal("message_not_found");
        }
    }

    private static IResult Locked(SlackWorkspace workspace, Func<JsonObject> read)
    {
        lock (workspace.Gate)
        {
            return Json(read());
        }
    }

    private static IResult Result(ActResult result)
    {
        var json = new JsonObject { ["ok"] = result.Ok };
        if (result.Error is not null)
        {
            json["error"] = result.Error;
        }
        if (result.Errors is not null)
        {
            json["errors"] = result.Errors;
        }
        return Json(json);
    }

    private static IResult Failed(string error) => Json(new JsonObject { ["ok"] = false, ["error"] = error });

    private static IResult Json(JsonObject json) =>
        Results.Text(json.ToJsonString(JsonSerializerOptions.Web), "application/json; charset=utf-8");

    private sealed record CommandBody(
        string User, string Channel, string Text,
        [property: System.Text.Json.Serialization.JsonPropertyName("thread_ts")] string? ThreadTs);

    private sealed record ActionBody(
        string User,
        JsonObject? Container,
        [property: System.Text.Json.Serialization.JsonPropertyName("block_id")] string BlockId,
        [property: System.Text.Json.Serialization.JsonPropertyName("action_id")] string ActionId,
        JsonObject? Action,
        JsonObject? State);

    private sealed record OptionsBody(
        string User,
        JsonObject? Container,
        [property: System.Text.Json.Serialization.JsonPropertyName("block_id")] string BlockId,
        [property: System.Text.Json.Serialization.JsonPropertyName("action_id")] string ActionId,
        string? Value);

    private sealed record ViewBody(
        string User, [property: System.Text.Json.Serialization.JsonPropertyName("view_id")] string ViewId, JsonObject? State,
        bool All = false);

    private sealed record UserBody(string User);

    private sealed record FaultBody(
        [property: System.Text.Json.Serialization.JsonPropertyName("ratelimit_seconds")] int? RatelimitSeconds,
        [property: System.Text.Json.Serialization.JsonPropertyName("fail_next")] int? FailNext,
        string? Method,
        string? Error);
}
