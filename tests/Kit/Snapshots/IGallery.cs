using ChatOps.Platform.Localization;
using ChatOps.Slack.Blocks;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Tests.Kit;

/// <summary>Every message and modal of a domain, in every state; <see cref="GalleryTests{TGallery}"/> checks them all alike.</summary>
public interface IGallery
{
    /// <summary>The domain's word, as its action ids begin: <c>finding</c>.</summary>
    static abstract string Domain { get; }

    static abstract SnapshotFolder Snapshots { get; }

    static abstract IEnumerable<(string Name, Func<Locale, Message> Render)> Messages { get; }

    static virtual IEnumerable<(string Name, Func<Locale, ModalView> Render)> Modals => [];

    /// <summary>The names of which a snapshot is kept; everything unless the gallery says otherwise.</summary>
    static virtual IEnumerable<string>? Agreed => null;

    /// <summary>Registers what answers the buttons and modals.</summary>
    static abstract void AddHandlers(IServiceCollection services);

    /// <summary>Whether another domain's registration answers this action.</summary>
    static virtual bool IsOfAnotherDomain(string actionId) => false;
}
