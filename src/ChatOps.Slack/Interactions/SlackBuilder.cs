using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Slack.Interactions;

/// <summary>Registers handlers. An id with two handlers is refused at once.</summary>
public sealed class SlackBuilder
{
    internal SlackBuilder(IServiceCollection services, SlackRegistry registry) => (Services, Registry) = (services, registry);

    /// <summary>The container that is being built.</summary>
    public IServiceCollection Services { get; }

    internal SlackRegistry Registry { get; }

    /// <summary>Answers a slash command.</summary>
    public SlackBuilder Command<T>(Sensitivity sensitivity)
        where T : class, ISlashCommandHandler => Add<T>(InteractionKind.Command, T.Command, sensitivity);

    /// <summary>Acts on a button, menu or picker.</summary>
    public SlackBuilder BlockAction<T>(Sensitivity sensitivity)
        where T : class, IBlockActionHandler => Add<T>(InteractionKind.BlockAction, T.ActionId, sensitivity);

    /// <summary>Gives an external menu's options.</summary>
    public SlackBuilder Options<T>()
        where T : class, IBlockOptionsHandler => Add<T>(InteractionKind.Options, T.ActionId, Sensitivity.Read);

    /// <summary>Takes a submitted modal.</summary>
    public SlackBuilder ViewSubmission<T>(Sensitivity sensitivity)
        where T : class, IViewSubmissionHandler => Add<T>(InteractionKind.ViewSubmission, T.CallbackId, sensitivity);

    /// <summary>Hears that a modal was closed.</summary>
    public SlackBuilder ViewClosed<T>()
        where T : class, IViewClosedHandler => Add<T>(InteractionKind.ViewClosed, T.CallbackId, Sensitivity.Read);

    /// <summary>Acts on a global or message shortcut.</summary>
    public SlackBuilder Shortcut<T>(Sensitivity sensitivity)
        where T : class, IShortcutHandler => Add<T>(InteractionKind.Shortcut, T.CallbackId, sensitivity);

    /// <summary>Hears an Events API event.</summary>
    public SlackBuilder Event<T>()
        where T : class, IEventHandler => Add<T>(InteractionKind.Event, T.EventType, Sensitivity.Read);

    private SlackBuilder Add<T>(InteractionKind kind, string id, Sensitivity sensitivity)
        where T : class
    {
        Registry.Add(new SlackRegistration(kind, id, sensitivity, typeof(T)));
        // One class may be a button, its modal and the modal's submission.
        Services.TryAddScoped<T>();
        return this;
    }
}
