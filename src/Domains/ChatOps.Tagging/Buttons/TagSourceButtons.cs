using ChatOps.Assets;
using ChatOps.Slack.Interactions;

namespace ChatOps.Tagging;

/// <summary>Opens the editor for what a search found; the value is the search's id.</summary>
internal sealed class TagTheseButton(TagEditorModal editor, IAssets assets) : IBlockActionHandler
{
    public const string ActionId = "tag.these";

    static string IBlockActionHandler.ActionId => ActionId;

    public async Task Handle(BlockActionRequest request, CancellationToken cancellationToken) => await editor.OpenAsync(
        request,
        new TagSource(
            TagSource.Search,
            await assets.SearchTextAsync(request.Value ?? "", cancellationToken) ?? throw new UserFacingException("tag.fault.search-old")),
        cancellationToken);
}

/// <summary>Opens the editor for a resource group; the value is its name.</summary>
internal sealed class TagGroupButton(TagEditorModal editor) : IBlockActionHandler
{
    public const string ActionId = "tag.group";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        editor.OpenAsync(request, new TagSource(TagSource.Group, request.Value ?? ""), cancellationToken);
}

/// <summary>Opens the editor for what is listed as not tagged as the policy asks; the value is the list's filters.</summary>
internal sealed class TagGapsButton(TagEditorModal editor) : IBlockActionHandler
{
    public const string ActionId = "tag.gaps";

    static string IBlockActionHandler.ActionId => ActionId;

    public Task Handle(BlockActionRequest request, CancellationToken cancellationToken) =>
        editor.OpenAsync(request, new TagSource(TagSource.Gaps, (request.Value ?? "").Trim()), cancellationToken);
}
