using System.Text.Json.Nodes;
using ChatOps.Sandbox.Slack.WebApi;

namespace ChatOps.Sandbox.Slack;

/// <summary>What the page is told about something a person did.</summary>
internal sealed record ActResult(bool Ok, string? Error = null, JsonObject? Errors = null);

/// <summary>Carries what people do in the workspace to the app, and what the app answers back to them, as Slack does.</summary>
internal sealed partial class BotDelivery(SlackWorkspace workspace, HttpClient http, ILogger<BotDelivery> logger)
{
    private const string Trouble = "We had some trouble connecting. Try again?";

    /// <summary>Slack tries an event again at once, after a minute and after five.</summary>
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    private readonly BotRequests _requests = new(workspace, http);
    private readonly BotPayloads _payloads = new(workspace);

    /// <summary>Sends a slash command. What fails is told to the person as Slackbot does.</summary>
    public async Task<ActResult> CommandAsync(SlackUser user, SlackChannel channel, string line, bool inThread, CancellationToken cancel)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var command = space < 0 ? line : line[..space];
        var answers = new ResponseTarget("commands", channel.Id, user.Id);
        List<KeyValuePair<string, string>> form;
        lock (workspace.Gate)
        {
            if (workspace.Commands.All(c => c.Command != command))
            {
                return Told(user, $"`{command}` is not a valid command.", "invalid_command");
            }
            if (inThread)
            {
                return Told(user, $"`{command}` is not supported in threads. Sorry!", "not_supported_in_threads");
            }
            form = _payloads.Command(user, channel, command, space < 0 ? "" : line[(space + 1)..].Trim(), answers);
        }
        var answer = await _requests.PostFormAsync("/slack/commands", form, cancel);
        lock (workspace.Gate)
        {
            if (!answer.Ok)
            {
                var error = answer.Fault == "http_timeout" ? "operation_timeout" : "dispatch_failed";
                return Told(user, $"{command} failed with the error \"{error}\"", error);
            }
            return ShowCommandAnswer(user, answers, command, answer);
        }
    }

    /// <summary>
    /// Sends a click or a choice. <paramref name="sent"/> is what the page knows of it; the rest is read from the stored block.
    /// </summary>
    public async Task<ActResult> ActionAsync(
        SlackUser user, StoredMessage? message, StoredView? view, BlockState.Placed placed, JsonObject sent, JsonObject? typed,
        CancellationToken cancel)
    {
        JsonObject payload;
        lock (workspace.Gate)
        {
            var action = CompleteAction(placed, sent);
            var blocks = (message?.Body ?? view!.Json)["blocks"] as JsonArray;
            var state = BlockState.Complete(blocks, WithAction(typed, placed, action));
            if (view is not null)
            {
                view.Json["state"] = new JsonObject { ["values"] = state };
                payload = _payloads.ViewAction(user, view, action);
            }
            else
            {
                payload = _payloads.MessageAction(user, message!, action, state);
            }
        }
        var answer = await _requests.PostPayloadAsync("/slack/interactions", payload, cancel);
        return answer.Ok
            ? new ActResult(true)
            : Told(user, Trouble, answer.Fault == "http_timeout" ? "operation_timeout" : "dispatch_failed");
    }

    /// <summary>Submits a modal and does what the app answers: close, errors, update, push, clear.</summary>
    public async Task<ActResult> SubmitAsync(SlackUser user, StoredView view, JsonObject? typed, CancellationToken cancel)
    {
        JsonObject payload;
        lock (workspace.Gate)
        {
            var blocks = view.Json["blocks"] as JsonArray;
            var values = BlockState.Complete(blocks, typed);
            view.Json["state"] = new JsonObject { ["values"] = values };
            var missing = BlockState.MissingRequired(blocks, values).Distinct().ToList();
            if (missing.Count > 0)
            {
                return new ActResult(
                    false, null,
                    new JsonObject(missing.Select(b => new KeyValuePair<string, JsonNode?>(b, "Please complete this required field."))));
            }
            payload = _payloads.ViewSubmission(user, view);
        }
        var answer = await _requests.PostPayloadAsync("/slack/interactions", payload, cancel);
        lock (workspace.Gate)
        {
            return answer.Ok
                ? ApplySubmission(user, view, answer.Body)
                : Told(user, Trouble, answer.Fault == "http_timeout" ? "operation_timeout" : "dispatch_failed");
        }
    }

    /// <summary>Closes the top view, or all; the app hears of those that asked for it.</summary>
    public async Task CloseAsync(SlackUser user, StoredView view, bool all, CancellationToken cancel)
    {
        List<JsonObject> payloads = [];
        lock (workspace.Gate)
        {
            foreach (var closing in all ? workspace.Views.Stack(user.Id).Reverse().ToList() : [view])
            {
                if (closing.Json.Flag("notify_on_close"))
                {
                    payloads.Add(_payloads.ViewClosed(user, closing, all));
                }
                workspace.Views.Close(closing);
            }
            if (view.Json.Flag("clear_on_close"))
            {
                workspace.Views.Clear(user.Id);
            }
            workspace.ViewsChanged(user.Id);
        }
        foreach (var payload in payloads)
        {
            await _requests.PostPayloadAsync("/slack/interactions", payload, cancel);
        }
    }

    /// <summary>Asks the app for the options of an external select; null when it gave none in time.</summary>
    public async Task<JsonObject?> OptionsAsync(
        SlackUser user, StoredMessage? message, StoredView? view, string blockId, string actionId, string value, CancellationToken cancel)
    {
        JsonObject payload;
        lock (workspace.Gate)
        {
            payload = _payloads.Suggestion(user, message, view, blockId, actionId, value);
        }
        var answer = await _requests.PostPayloadAsync("/slack/options", payload, cancel);
        return answer.Ok && JsonNodes.TryParse(answer.Body, out var node) && node is JsonObject options ? options : null;
    }

    /// <summary>Sends what a person typed to the app as its subscriptions say.</summary>
    public void MessageEvents(StoredMessage message, CancellationToken cancel)
    {
        var channel = workspace.Channel(message.Channel)!;
        if (!channel.Members.Contains(workspace.Options.BotUserId))
        {
            return;
        }
        var mentioned = message.Body.Text("text")?.Contains($"<@{workspace.Options.BotUserId}>", StringComparison.Ordinal) == true;
        if (mentioned && !channel.IsDirectMessage)
        {
            Send("app_mention", _payloads.MessageEvent(message, "app_mention"), cancel);
        }
        Send(channel.IsDirectMessage ? "message.im" : "message.channels", _payloads.MessageEvent(message, "message"), cancel);
    }

    public void HomeOpened(SlackUser user, CancellationToken cancel) => Send("app_home_opened", _payloads.HomeOpened(user), cancel);

    /// <summary>Delivers one event, with up to three retries; true when the app took it.</summary>
    public async Task<bool> DeliverEventAsync(JsonObject envelope, CancellationToken cancel)
    {
        var answer = await _requests.PostEventAsync(envelope, [], cancel);
        for (var retry = 1; !answer.Ok && !answer.NoRetry && retry <= RetryDelays.Length; retry++)
        {
            await Task.Delay(RetryDelays[retry - 1], workspace.Time, cancel);
            List<KeyValuePair<string, string>> headers = [new("X-Slack-Retry-Num", $"{retry}"), new("X-Slack-Retry-Reason", answer.Fault!)];
            answer = await _requests.PostEventAsync(envelope, headers, cancel);
        }
        return answer.Ok;
    }

    private void Send(string subscription, JsonObject inner, CancellationToken cancel)
    {
        if (!workspace.Options.Subscriptions.Contains(subscription))
        {
            return;
        }
        var envelope = _payloads.Envelope(inner);
        _ = Task.Run(
            async () =>
            {
                try
                {
                    if (!await DeliverEventAsync(envelope, cancel))
                    {
                        EventUndelivered(subscription, envelope.Text("event_id") ?? "");
                    }
                }
                catch (OperationCanceledException)
                {
                    EventUndelivered(subscription, envelope.Text("event_id") ?? "");
                }
            },
            CancellationToken.None);
    }

    private ActResult ShowCommandAnswer(SlackUser user, ResponseTarget answers, string command, BotAnswer answer)
    {
        if (string.IsNullOrWhiteSpace(answer.Body))
        {
            return new ActResult(true);
        }
        var json = answer.IsJson && JsonNodes.TryParse(answer.Body, out var node) ? node as JsonObject : null;
        try
        {
            ResponseUrl.Apply(workspace, answers, json ?? new JsonObject { ["text"] = answer.Body });
            return new ActResult(true);
        }
        catch (SlackRefusal refusal)
        {
            AnswerRefused(command, refusal.Code, string.Join("; ", refusal.Messages));
            return Told(user, $"{command} failed with the error \"invalid_command_response\"", refusal.Code);
        }
    }

    private ActResult ApplySubmission(SlackUser user, StoredView view, string body)
    {
        var answer = JsonNodes.TryParse(body, out var node) ? node as JsonObject : null;
        try
        {
            switch (answer.Text("response_action"))
            {
                case "errors" when answer!["errors"] is JsonObject errors:
                    view.Errors = errors.Copy();
                    workspace.ViewsChanged(user.Id);
                    return new ActResult(false, null, errors.Copy());
                case "update":
                    ViewStore.Update(view, ViewMethods.Checked(answer!["view"], "modal"), null, workspace.Now, workspace.Options);
                    break;
                case "push":
                    workspace.Views.Push(user.Id, ViewMethods.Checked(answer!["view"], "modal"), workspace.Now);
                    break;
                case "clear":
                    workspace.Views.Clear(user.Id);
                    break;
                case null when string.IsNullOrWhiteSpace(body) || answer is { Count: 0 }:
                    workspace.Views.Close(view);
                    break;
                default:
                    AnswerRefused("view_submission", "invalid_response_action", body.Length > 200 ? body[..200] : body);
                    return Told(user, Trouble, "invalid_response_action");
            }
        }
        catch (SlackRefusal refusal)
        {
            AnswerRefused("view_submission", refusal.Code, string.Join("; ", refusal.Messages));
            return Told(user, Trouble, refusal.Code);
        }
        workspace.ViewsChanged(user.Id);
        return new ActResult(true);
    }

    private JsonObject CompleteAction(BlockState.Placed placed, JsonObject sent)
    {
        var action = new JsonObject { ["action_id"] = placed.ActionId, ["block_id"] = placed.BlockId };
        if (placed.Type is "button" or "workflow_button")
        {
            foreach (var name in (string[])["text", "value", "style", "url"])
            {
                if (placed.Element[name] is { } given)
                {
                    action[name] = given.DeepClone();
                }
            }
        }
        else if (placed.Type == "overflow")
        {
            action["selected_option"] = BlockState.Value(placed.Element, "selected_option", sent["selected_option"] ?? sent["value"]);
        }
        else if (BlockState.ValueFields(placed.Type) is { } fields)
        {
            action[fields.Value] = BlockState.Value(placed.Element, fields.Value, sent[fields.Value]);
            foreach (var name in (string[])["placeholder", fields.Initial])
            {
                if (placed.Element[name] is { } given)
                {
                    action[name] = given.DeepClone();
                }
            }
        }
        action["type"] = placed.Type;
        action["action_ts"] = _payloads.Timestamp();
        return action;
    }

    private static JsonObject WithAction(JsonObject? typed, BlockState.Placed placed, JsonObject action)
    {
        var all = typed?.Copy() ?? [];
        if (BlockState.ValueFields(placed.Type) is { } fields)
        {
            if (all[placed.BlockId] is not JsonObject block)
            {
                all[placed.BlockId] = block = [];
            }
            block[placed.ActionId] = new JsonObject { ["type"] = placed.Type, [fields.Value] = action[fields.Value]?.DeepClone() };
        }
        return all;
    }

    private ActResult Told(SlackUser user, string text, string error)
    {
        workspace.Notice(user.Id, text);
        return new ActResult(false, error);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bot did not take the {Event} event {EventId}, retries included")]
    private partial void EventUndelivered(string @event, string eventId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Slack would refuse the bot's answer to {Request}: {Error} {Messages}")]
    private partial void AnswerRefused(string request, string error, string messages);
}
