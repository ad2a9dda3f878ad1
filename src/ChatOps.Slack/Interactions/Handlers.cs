namespace ChatOps.Slack.Interactions;

/// <summary>Answers one slash command. Slack was acknowledged before: there is time to work.</summary>
public interface ISlashCommandHandler
{
    /// <summary>The command with its slash: <c>/todo</c>.</summary>
    static abstract string Command { get; }

    /// <summary>Handles one use of the command.</summary>
    Task Handle(SlashCommand command, SlashCommandResponder respond, CancellationToken cancellationToken);
}

/// <summary>Acts on a button, menu or picker. Open views first: the trigger lives three seconds.</summary>
public interface IBlockActionHandler
{
    /// <summary>The element's <c>action_id</c>.</summary>
    static abstract string ActionId { get; }

    /// <summary>Handles one use of the element.</summary>
    Task Handle(BlockActionRequest request, CancellationToken cancellationToken);
}

/// <summary>Gives the options of an external menu while the user types.</summary>
public interface IBlockOptionsHandler
{
    /// <summary>The menu's <c>action_id</c>.</summary>
    static abstract string ActionId { get; }

    /// <summary>Options for what was typed so far, within three seconds.</summary>
    Task<BlockOptions> Handle(BlockOptionsRequest request, CancellationToken cancellationToken);
}

/// <summary>Takes a submitted modal. What is not ready in time closes the modal and goes on.</summary>
public interface IViewSubmissionHandler
{
    /// <summary>The view's <c>callback_id</c>.</summary>
    static abstract string CallbackId { get; }

    /// <summary>Says what becomes of the modal.</summary>
    Task<ViewSubmissionResponse> Handle(ViewSubmission submission, CancellationToken cancellationToken);
}

/// <summary>Hears that a modal with <c>notify_on_close</c> was closed.</summary>
public interface IViewClosedHandler
{
    /// <summary>The view's <c>callback_id</c>.</summary>
    static abstract string CallbackId { get; }

    /// <summary>Handles one closing.</summary>
    Task Handle(ViewClosed closed, CancellationToken cancellationToken);
}

/// <summary>Acts on a shortcut from the search bar or from a message's menu.</summary>
public interface IShortcutHandler
{
    /// <summary>The shortcut's <c>callback_id</c>.</summary>
    static abstract string CallbackId { get; }

    /// <summary>Handles one use of the shortcut.</summary>
    Task Handle(ShortcutRequest request, CancellationToken cancellationToken);
}

/// <summary>Hears one kind of Events API event.</summary>
public interface IEventHandler
{
    /// <summary>The inner event's <c>type</c>: <c>app_mention</c>, <c>app_home_opened</c>, <c>message</c>.</summary>
    static abstract string EventType { get; }

    /// <summary>Handles one event.</summary>
    Task Handle(EventRequest request, CancellationToken cancellationToken);
}
