using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Api;

/// <summary>Who a token is.</summary>
public sealed record Identity
{
    /// <summary>The workspace's address.</summary>
    public string Url { get; init; } = "";

    /// <summary>The workspace's name.</summary>
    public string Team { get; init; } = "";

    /// <summary>The bot user's name.</summary>
    public string User { get; init; } = "";

    /// <summary>The workspace.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>The bot user.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The bot.</summary>
    public string? BotId { get; init; }

    /// <summary>The app, where Slack says it.</summary>
    public string? AppId { get; init; }

    /// <summary>The organisation, when the workspace is part of one.</summary>
    public string? EnterpriseId { get; init; }

    /// <summary>The app is installed for the whole organisation.</summary>
    public bool IsEnterpriseInstall { get; init; }
}

/// <summary>Where a message is.</summary>
/// <param name="Channel">The channel's id, even when it was posted by name or to a user.</param>
/// <param name="Ts">Its timestamp, which is its id in the channel.</param>
public sealed record PostedMessage(string Channel, string Ts);

/// <summary>A channel, group or direct message.</summary>
public sealed record Conversation
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name; empty for direct messages.</summary>
    public string Name { get; init; } = "";

    /// <summary>The bot is in it.</summary>
    public bool IsMember { get; init; }

    /// <summary>It is archived.</summary>
    public bool IsArchived { get; init; }

    /// <summary>It is private.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>It is a direct message.</summary>
    public bool IsIm { get; init; }

    /// <summary>It is the workspace's general channel.</summary>
    public bool IsGeneral { get; init; }
}

/// <summary>A page of a workspace's conversations.</summary>
/// <param name="Conversations">Those of this page that can be read; an entry that is no conversation is passed over.</param>
/// <param name="Next">Where the next page begins; null after the last.</param>
public sealed record ConversationPage(IReadOnlyList<Conversation> Conversations, string? Next);

/// <summary>Which part of a history.</summary>
public sealed record HistoryRange
{
    /// <summary>Only after this timestamp.</summary>
    public string? Oldest { get; init; }

    /// <summary>Only before this timestamp.</summary>
    public string? Latest { get; init; }

    /// <summary>The two timestamps themselves too.</summary>
    public bool Inclusive { get; init; }

    /// <summary>Messages a page, 1 to 999; reading stops when the caller stops.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>With the metadata of each message.</summary>
    public bool IncludeAllMetadata { get; init; }
}

/// <summary>A message as Slack holds it.</summary>
public sealed record SlackMessage
{
    /// <summary>Its timestamp, which is its id in the channel.</summary>
    public required string Ts { get; init; }

    /// <summary>Its text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Who wrote it.</summary>
    public string? User { get; init; }

    /// <summary>The bot that wrote it.</summary>
    public string? BotId { get; init; }

    /// <summary>The app that wrote it.</summary>
    public string? AppId { get; init; }

    /// <summary>Its subtype; null for the plain kind.</summary>
    public string? Subtype { get; init; }

    /// <summary>The thread it is in or begins.</summary>
    public string? ThreadTs { get; init; }

    /// <summary>How many replies it has.</summary>
    public int ReplyCount { get; init; }

    /// <summary>Its metadata, when asked for.</summary>
    public MessageMetadata? Metadata { get; init; }

    /// <summary>Its blocks as sent: others' messages have blocks that we do not model.</summary>
    public JsonElement? Blocks { get; init; }
}

/// <summary>A user.</summary>
public sealed record User
{
    /// <summary>Their id.</summary>
    public required string Id { get; init; }

    /// <summary>The workspace.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>Their handle.</summary>
    public string Name { get; init; } = "";

    /// <summary>Their full name.</summary>
    public string? RealName { get; init; }

    /// <summary>IETF tag such as <c>ko-KR</c>; null when Slack did not say.</summary>
    public string? Locale { get; init; }

    /// <summary>IANA time zone.</summary>
    public string? Tz { get; init; }

    /// <summary>The account is deactivated.</summary>
    public bool Deleted { get; init; }

    /// <summary>It is a bot.</summary>
    public bool IsBot { get; init; }

    /// <summary>A guest.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>A guest of a single channel.</summary>
    public bool IsUltraRestricted { get; init; }

    /// <summary>Somebody of another company, met in a channel shared by Slack Connect.</summary>
    public bool IsStranger { get; init; }

    /// <summary>Who they are in their organisation; null outside of one.</summary>
    public EnterpriseUser? EnterpriseUser { get; init; }

    /// <summary>What they say of themselves.</summary>
    public UserProfile Profile { get; init; } = new();

    /// <summary>What to call them: display name, full name or handle.</summary>
    public string DisplayName =>
        !string.IsNullOrEmpty(Profile.DisplayName) ? Profile.DisplayName
        : !string.IsNullOrEmpty(RealName) ? RealName
        : !string.IsNullOrEmpty(Profile.RealName) ? Profile.RealName
        : Name;
}

/// <summary>A user as their organisation knows them.</summary>
public sealed record EnterpriseUser
{
    /// <summary>The organisation.</summary>
    public string? EnterpriseId { get; init; }

    /// <summary>The workspaces of the organisation that they are in.</summary>
    public IReadOnlyList<string>? Teams { get; init; }
}

/// <summary>What a user says of themselves.</summary>
public sealed record UserProfile
{
    /// <summary>What they want to be called; may be empty.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Their full name.</summary>
    public string RealName { get; init; } = "";

    /// <summary>Their e-mail address, with the scope <c>users:read.email</c>.</summary>
    public string? Email { get; init; }
}

/// <summary>A user group.</summary>
public sealed record UserGroup
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its handle without @.</summary>
    public string Handle { get; init; } = "";

    /// <summary>Its users.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];
}

/// <summary>A file to upload.</summary>
/// <param name="FileName">Its name with extension.</param>
/// <param name="Content">Its bytes; not empty.</param>
public sealed record FileUpload(string FileName, ReadOnlyMemory<byte> Content)
{
    /// <summary>The title shown; the file's name when null.</summary>
    public string? Title { get; init; }

    /// <summary>Says what a picture shows.</summary>
    public string? AltText { get; init; }

    /// <summary>Where to share it; null leaves it unshared, for use in an image block.</summary>
    public string? ChannelId { get; init; }

    /// <summary>The thread to share it in.</summary>
    public string? ThreadTs { get; init; }

    /// <summary>The message above it (markup).</summary>
    public string? InitialComment { get; init; }
}

/// <summary>A file that was uploaded.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
public sealed record UploadedFile(string Id, string? Title);
