using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interactions;

/// <summary>What becomes of a modal that was submitted.</summary>
public abstract record ViewSubmissionResponse
{
    private protected ViewSubmissionResponse()
    {
    }

    /// <summary>Close this modal; the one below shows again.</summary>
    public static ViewSubmissionResponse Close { get; } = new CloseResponse();

    /// <summary>Close the whole stack.</summary>
    public static ViewSubmissionResponse Clear { get; } = new ClearResponse();

    /// <summary>Show another view in its place.</summary>
    public static ViewSubmissionResponse Update(ModalView view) => new UpdateResponse(view);

    /// <summary>Show another view on top of it.</summary>
    public static ViewSubmissionResponse Push(ModalView view) => new PushResponse(view);

    /// <summary>Keep it open with a text under each input block named.</summary>
    public static ViewSubmissionResponse Errors(IReadOnlyDictionary<string, string> textByBlockId) => new ErrorsResponse(textByBlockId);

    /// <summary>Keep it open with a text under one input block.</summary>
    public static ViewSubmissionResponse Error(string blockId, string text) => Errors(new Dictionary<string, string> { [blockId] = text });

    internal sealed record CloseResponse : ViewSubmissionResponse;

    internal sealed record ClearResponse : ViewSubmissionResponse;

    internal sealed record UpdateResponse(ModalView View) : ViewSubmissionResponse;

    internal sealed record PushResponse(ModalView View) : ViewSubmissionResponse;

    internal sealed record ErrorsResponse(IReadOnlyDictionary<string, string> TextByBlockId) : ViewSubmissionResponse;
}

/// <summary>Options for an external menu: plain or in groups, at most 100.</summary>
public sealed record BlockOptions
{
    /// <summary>Plain options.</summary>
    public static BlockOptions Of(params IReadOnlyList<Option> options) => new() { Options = options };

    /// <summary>Options in groups.</summary>
    public static BlockOptions OfGroups(params IReadOnlyList<OptionGroup> groups) => new() { OptionGroups = groups };

    /// <summary>Plain options; null when in groups.</summary>
    public IReadOnlyList<Option>? Options { get; init; }

    /// <summary>Options in groups; null when plain.</summary>
    public IReadOnlyList<OptionGroup>? OptionGroups { get; init; }
}
