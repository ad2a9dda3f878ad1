using ChatOps.Slack.Blocks;
using ChatOps.Slack.Interactions;

namespace ChatOps.Slack.Tests;

/// <summary>An id known to the compiler, so that one handler class serves many.</summary>
internal interface IId
{
    static abstract string Id { get; }
}

internal sealed class RecordCommand<T>(Recorder recorder) : ISlashCommandHandler
    where T : IId
{
    public static string Command => T.Id;

    public async Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken)
    {
        if (await recorder.Handle(command, cancellationToken) is string answer)
        {
            await respond.Ephemeral(answer, cancellationToken);
        }
    }
}

internal sealed class RecordAction<T>(Recorder recorder) : IBlockActionHandler
    where T : IId
{
    public static string ActionId => T.Id;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => recorder.Handle(request, cancellationToken);
}

internal sealed class RecordOptions<T>(Recorder recorder) : IBlockOptionsHandler
    where T : IId
{
    public static string ActionId => T.Id;

    public async Task<BlockOptions> Handle(BlockOptionsRequest request, CancellationToken cancellationToken) =>
        await recorder.Handle(request, cancellationToken) as BlockOptions ?? BlockOptions.Of(new Option("One", "1"));
}

internal sealed class RecordSubmission<T>(Recorder recorder) : IViewSubmissionHandler
    where T : IId
{
    public static string CallbackId => T.Id;

    public async Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken) =>
        await recorder.Handle(submission, cancellationToken) as ViewSubmissionResponse ?? ViewSubmissionResponse.Close;
}

internal sealed class RecordClosed<T>(Recorder recorder) : IViewClosedHandler
    where T : IId
{
    public static string CallbackId => T.Id;

    public Task Handle(ViewClosed closed, CancellationToken cancellationToken) => recorder.Handle(closed, cancellationToken);
}

internal sealed class RecordShortcut<T>(Recorder recorder) : IShortcutHandler
    where T : IId
{
    public static string CallbackId => T.Id;

    public Task Handle(ShortcutRequest request, CancellationToken cancellationToken) => recorder.Handle(request, cancellationToken);
}

internal sealed class RecordEvent<T>(Recorder recorder) : IEventHandler
    where T : IId
{
    public static string EventType => T.Id;

    public Task Handle(EventRequest request, CancellationToken cancellationToken) => recorder.Handle(request, cancellationToken);
}

internal sealed class Hello : IId { public static string Id => "/hello"; }

internal sealed class OrgCommand : IId { public static string Id => "/org-level-command"; }

internal sealed class Weather : IId { public static string Id => "/weather"; }

internal sealed class ClearSettings : IId { public static string Id => "clear-settings-button"; }

internal sealed class Save : IId { public static string Id => "save"; }

internal sealed class A : IId { public static string Id => "a"; }

internal sealed class WaXA : IId { public static string Id => "WaXA"; }

internal sealed class HomeButton : IId { public static string Id => "home_button_1"; }

internal sealed class SelectAction : IId { public static string Id => "select-action"; }

internal sealed class TestView : IId { public static string Id => "test-view"; }

internal sealed class RequestModal : IId { public static string Id => "request-modal"; }

internal sealed class ModalCallback : IId { public static string Id => "modal-callback-id"; }

internal sealed class ViewId : IId { public static string Id => "view-id"; }

internal sealed class MessageShortcut : IId { public static string Id => "test-message-action"; }

internal sealed class OrgShortcut : IId { public static string Id => "org-level-shortcut"; }

internal sealed class GlobalShortcut : IId { public static string Id => "test-global-shortcut"; }

internal sealed class AppMention : IId { public static string Id => "app_mention"; }

internal sealed class AppHomeOpened : IId { public static string Id => "app_home_opened"; }

internal sealed class MessageEvent : IId { public static string Id => "message"; }

internal sealed class LinkShared : IId { public static string Id => "link_shared"; }

/// <summary>Handlers for every id of the real payloads.</summary>
internal static class Everything
{
    public static void Register(SlackBuilder slack) => slack
        .Command<RecordCommand<Hello>>(Sensitivity.Read)
        .Command<RecordCommand<OrgCommand>>(Sensitivity.Change)
        .Command<RecordCommand<Weather>>(Sensitivity.Read)
        .BlockAction<RecordAction<ClearSettings>>(Sensitivity.Change)
        .BlockAction<RecordAction<Save>>(Sensitivity.Change)
        .BlockAction<RecordAction<A>>(Sensitivity.Remediate)
        .BlockAction<RecordAction<WaXA>>(Sensitivity.Change)
        .BlockAction<RecordAction<HomeButton>>(Sensitivity.Read)
        .Options<RecordOptions<A>>()
        .Options<RecordOptions<SelectAction>>()
        .ViewSubmission<RecordSubmission<TestView>>(Sensitivity.Change)
        .ViewSubmission<RecordSubmission<RequestModal>>(Sensitivity.Change)
        .ViewSubmission<RecordSubmission<ModalCallback>>(Sensitivity.Change)
        .ViewClosed<RecordClosed<ViewId>>()
        .ViewClosed<RecordClosed<ModalCallback>>()
        .Shortcut<RecordShortcut<MessageShortcut>>(Sensitivity.Read)
        .Shortcut<RecordShortcut<OrgShortcut>>(Sensitivity.Read)
        .Shortcut<RecordShortcut<GlobalShortcut>>(Sensitivity.Read)
        .Event<RecordEvent<AppMention>>()
        .Event<RecordEvent<AppHomeOpened>>()
        .Event<RecordEvent<MessageEvent>>()
        .Event<RecordEvent<LinkShared>>();
}
