using System.Text.Json;
using ChatOps.Slack.Api;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Slack.Interactions;

/// <summary>
/// Takes a payload, whether it came over HTTP or a socket, to its handler; gives the JSON to acknowledge it with, null for none.
/// </summary>
internal sealed partial class InteractionDispatch(
    InteractionRunner runner,
    InteractionWork work,
    Notices notices,
    RecentRequests recent,
    SlackMetrics metrics,
    IOptions<SlackOptions> options,
    TimeProvider time,
    ILogger<InteractionDispatch> logger)
{
    /// <summary>Whether a payload has what dispatch needs: a known type and a user.</summary>
    public static bool IsWellFormed(JsonElement payload) =>
        payload.Text("type") is "block_actions" or "view_submission" or "view_closed" or "block_suggestion" or "shortcut"
            or "message_action"
        && PayloadReader.UserId(payload).Length > 0;

    /// <summary>Dispatches an interaction. The payload may be disposed of as soon as the task ends.</summary>
    public Task<byte[]?> Dispatch(JsonElement payload) => payload.Text("type") switch
    {
        "block_actions" => BlockActions([.. PayloadReader.BlockActions(payload)]),
        "view_submission" => ViewSubmission(PayloadReader.ViewSubmission(payload)),
        "view_closed" => ViewClosed(PayloadReader.ViewClosed(payload)),
        "block_suggestion" => Options(PayloadReader.Options(payload)),
        "shortcut" or "message_action" => Shortcut(PayloadReader.Shortcut(payload)),
        _ => Task.FromResult<byte[]?>(null),
    };

    /// <summary>Dispatches an event; false when there is no place for it and Slack should send it again.</summary>
    public bool TryDispatch(EventRequest request)
    {
        if (runner.Find(InteractionKind.Event, request.Type) is not { } entry)
        {
            metrics.Unknown(InteractionKind.Event);
            return true;
        }

        if (!recent.TryAdd(request.EventId))
        {
            metrics.Repeated(InteractionKind.Event);
            return true;
        }

        var interaction = new Interaction(
            InteractionKind.Event, request.Type, entry.Sensitivity, request.UserId ?? "", request.TeamId, request.ChannelId)
        {
            EnterpriseId = request.EnterpriseId,
            AppId = request.AppId,
        };
        var started = work.TryStart(ct => runner.Run(
            entry,
            interaction,
            async (handler, token) =>
            {
                await ((IEventHandler)handler).Handle(request, token);
                return true;
            },
            // Nobody waits for an answer to an event.
            _ => Task.FromResult(false),
            ct));
        if (started is null)
        {
            recent.Forget(request.EventId);
            metrics.Busy(InteractionKind.Event);
            return false;
        }

        Watch(started, interaction);
        return true;
    }

    private async Task<byte[]?> BlockActions(IReadOnlyList<BlockActionRequest> requests)
    {
        var running = new List<Task>();
        foreach (var request in requests)
        {
            if (IsRepeated(InteractionKind.BlockAction, request.TriggerId, request.ActionTs, $"{request.BlockId}\n{request.ActionId}"))
            {
                continue;
            }

            running.Add(Act(
                InteractionKind.BlockAction,
                request.ActionId,
                InteractionText.UnknownAction,
                request,
                request.View,
                (handler, ct) => ((IBlockActionHandler)handler).Handle(request, ct)));
        }

        await Task.WhenAll(running);
        return null;
    }

    private async Task<byte[]?> Shortcut(ShortcutRequest request)
    {
        if (!IsRepeated(InteractionKind.Shortcut, request.TriggerId, request.ActionTs, request.CallbackId))
        {
            await Act(
                InteractionKind.Shortcut,
                request.CallbackId,
                InteractionText.UnknownShortcut,
                request,
                null,
                (handler, ct) => ((IShortcutHandler)handler).Handle(request, ct));
        }

        return null;
    }

    private async Task<byte[]?> ViewClosed(ViewClosed request)
    {
        // Nothing to tell: most views need no one to hear of their closing.
        if (runner.Find(InteractionKind.ViewClosed, request.View.CallbackId) is not null)
        {
            await Act(
                InteractionKind.ViewClosed,
                request.View.CallbackId,
                InteractionText.UnknownView,
                request,
                request.View,
                (handler, ct) => ((IViewClosedHandler)handler).Handle(request, ct));
        }

        return null;
    }

    /// <summary>Runs a handler whose answer is nothing; comes back when it is done or when Slack has waited long enough.</summary>
    private async Task Act(
        InteractionKind kind, string id, InteractionText unknown, InteractionRequest request, ViewInfo? view,
        Func<object, CancellationToken, Task> handle)
    {
        var entry = runner.Find(kind, id);
        var interaction = Describe(kind, id, entry, request);
        var started = work.TryStart(async ct =>
        {
            if (entry is null)
            {
                metrics.Unknown(kind);
                await notices.Say(request, interaction, view, await runner.Text(unknown, interaction, ct), ct);
                return false;
            }

            return await runner.Run(
                entry,
                interaction,
                async (handler, token) =>
                {
                    await handle(handler, token);
                    return true;
                },
                async text =>
                {
                    await notices.Say(request, interaction, view, text, ct);
                    return false;
                },
                ct);
        });
        if (started is null)
        {
            metrics.Busy(kind);
            await notices.Say(request, interaction, view, await runner.Text(InteractionText.Busy, interaction, work.Aborted), work.Aborted);
            return;
        }

        await InTime(started);
        Watch(started, interaction);
    }

    private async Task<byte[]?> ViewSubmission(ViewSubmission request)
    {
        var entry = runner.Find(InteractionKind.ViewSubmission, request.CallbackId);
        var interaction = Describe(InteractionKind.ViewSubmission, request.CallbackId, entry, request);
        if (entry is null)
        {
            metrics.Unknown(InteractionKind.ViewSubmission);
            return Json(await Explain(request, interaction, await runner.Text(InteractionText.UnknownView, interaction, work.Aborted)));
        }

        if (IsRepeated(InteractionKind.ViewSubmission, request.TriggerId, "", request.View.Id))
        {
            return null;
        }

        var acknowledged = new Latch();
        var started = work.TryStart(ct => runner.Run(
            entry,
            interaction,
            async (handler, token) =>
            {
                var response = await ((IViewSubmissionHandler)handler).Handle(request, token);
                // A view over Slack's limits is a fault of the handler and is told as one.
                Json(response);
                return response;
            },
            async text =>
            {
                if (acknowledged.IsSet)
                {
                    // The modal is gone: the answer goes to the user directly.
                    await notices.Say(request with { TriggerId = null }, interaction, null, text, ct);
                    return ViewSubmissionResponse.Close;
                }

                return await Explain(request, interaction, text);
            },
            ct));
        if (started is null)
        {
            metrics.Busy(InteractionKind.ViewSubmission);
            return Json(await Explain(request, interaction, await runner.Text(InteractionText.Busy, interaction, work.Aborted)));
        }

        if (await InTime(started))
        {
            return Json(await started);
        }

        acknowledged.Set();
        Late(logger, request.CallbackId);
        Watch(started, interaction);
        return null;
    }

    private async Task<byte[]?> Options(BlockOptionsRequest request)
    {
        var entry = runner.Find(InteractionKind.Options, request.ActionId);
        if (entry is null)
        {
            metrics.Unknown(InteractionKind.Options);
            return Json(BlockOptions.Of());
        }

        var interaction = Describe(InteractionKind.Options, request.ActionId, entry, request);
        var started = work.TryStart(ct => runner.Run(
            entry,
            interaction,
            (handler, token) => ((IBlockOptionsHandler)handler).Handle(request, token),
            // A menu has no place for a sentence.
            _ => Task.FromResult(BlockOptions.Of()),
            ct));
        if (started is not null && await InTime(started))
        {
            return Json(await started);
        }

        if (started is not null)
        {
            Watch(started, interaction);
        }

        return Json(BlockOptions.Of());
    }

    /// <summary>Under the first input, so that nothing typed is lost; else as a view of its own.</summary>
    private async Task<ViewSubmissionResponse> Explain(ViewSubmission request, Interaction interaction, string text) =>
        request.View.InputBlockIds.Count > 0
            ? ViewSubmissionResponse.Error(request.View.InputBlockIds[0], text)
            : ViewSubmissionResponse.Update(await notices.Notice(interaction, text, work.Aborted));

    private async Task<bool> InTime(Task task)
    {
        using var enough = new CancellationTokenSource();
        var first = await Task.WhenAny(task, Task.Delay(options.Value.AckWithin, time, enough.Token));
        await enough.CancelAsync();
        return first == task;
    }

    /// <summary>Every interaction has a trigger of its own; what has none is told by the moment of the click.</summary>
    private bool IsRepeated(InteractionKind kind, string? triggerId, string actionTs, string place)
    {
        if ((string.IsNullOrEmpty(triggerId) && actionTs.Length == 0) || recent.TryAdd($"{kind}\n{triggerId}\n{actionTs}\n{place}"))
        {
            return false;
        }

        metrics.Repeated(kind);
        return true;
    }

    // The runner tells handlers' faults to the user; what is left is a fault while telling, or the host that stopped waiting.
    private void Watch(Task task, Interaction interaction) => _ = task.ContinueWith(
        failed => Lost(logger, failed.Exception!.GetBaseException(), interaction.Kind, interaction.Id, interaction.UserId),
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);

    private static Interaction Describe(InteractionKind kind, string id, SlackRegistration? entry, InteractionRequest request) =>
        new(kind, id, entry?.Sensitivity ?? Sensitivity.Read, request.UserId, request.TeamId, request.ChannelId)
        {
            UserTeamId = request.UserTeamId,
            EnterpriseId = request.EnterpriseId,
            AppId = request.AppId,
        };

    private static byte[] Json(BlockOptions options) => JsonSerializer.SerializeToUtf8Bytes(
        new BlockOptions
        {
            Options = BlockKitLimits.FitOptions(options.Options),
            OptionGroups = BlockKitLimits.FitOptionGroups(options.OptionGroups),
        },
        SlackWireJson.Context.BlockOptions);

    private static byte[]? Json(ViewSubmissionResponse response)
    {
        var body = response switch
        {
            ViewSubmissionResponse.ClearResponse => new ViewResponseBody("clear"),
            ViewSubmissionResponse.UpdateResponse update => new ViewResponseBody("update", BlockKitLimits.Fit(update.View)),
            ViewSubmissionResponse.PushResponse push => new ViewResponseBody("push", BlockKitLimits.Fit(push.View)),
            ViewSubmissionResponse.ErrorsResponse errors => new ViewResponseBody("errors", Errors: errors.TextByBlockId),
            // An empty answer closes the view.
            _ => null,
        };
        return body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, SlackWireJson.Context.ViewResponseBody);
    }

    private sealed class Latch
    {
        private volatile bool _set;

        public bool IsSet => _set;

        public void Set() => _set = true;
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "View {CallbackId} was acknowledged before its handler was done: its answer is lost")]
    private static partial void Late(ILogger logger, string callbackId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} of {UserId} ended without an answer")]
    private static partial void Lost(ILogger logger, Exception e, InteractionKind kind, string id, string userId);
}
