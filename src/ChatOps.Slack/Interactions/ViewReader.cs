using System.Globalization;
using System.Text.Json;
using ChatOps.Slack.Blocks;

namespace ChatOps.Slack.Interactions;

/// <summary>Reads views, states and messages as Slack sends them.</summary>
internal static class ViewReader
{
    public static ViewInfo View(JsonElement view) => new()
    {
        Id = view.Text("id") ?? "",
        Hash = view.Text("hash") ?? "",
        Type = view.Text("type") ?? "modal",
        CallbackId = view.Text("callback_id") ?? "",
        PrivateMetadata = view.Text("private_metadata") ?? "",
        RootViewId = view.Text("root_view_id"),
        PreviousViewId = view.Text("previous_view_id"),
        ExternalId = view.Text("external_id") is { Length: > 0 } id ? id : null,
        InputBlockIds = [.. from block in view.Items("blocks")
            where block.Text("type") == "input" && block.Text("block_id") is not null select block.Text("block_id")!],
        State = State(view.Object("state")),
    };

    public static ViewState State(JsonElement? state)
    {
        if (state?.Object("values") is not { } blocks)
        {
            return ViewState.Empty;
        }

        var values = new Dictionary<(string, string), StateValue>();
        foreach (var block in blocks.EnumerateObject())
        {
            if (block.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var action in block.Value.EnumerateObject())
                {
                    values[(block.Name, action.Name)] = Value(action.Value);
                }
            }
        }

        return new ViewState(values);
    }

    public static StateValue Value(JsonElement value) => new()
    {
        Type = value.Text("type") ?? "",
        Value = value.Text("value"),
        SelectedOption = value.Object("selected_option") is { } option ? Option(option) : null,
        SelectedOptions = [.. value.Items("selected_options").Select(Option)],
        SelectedUser = value.Text("selected_user"),
        SelectedUsers = value.Texts("selected_users"),
        SelectedConversation = value.Text("selected_conversation") ?? value.Text("selected_channel"),
        SelectedConversations = value.Texts("selected_conversations") is { Count: > 0 } conversations
            ? conversations
            : value.Texts("selected_channels"),
        SelectedDate = DateOnly.TryParseExact(
            value.Text("selected_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        SelectedTime = TimeOnly.TryParseExact(
            value.Text("selected_time"), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null,
        SelectedDateTime = value.Number("selected_date_time") is { } seconds and >= 0 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null,
        Files = [.. from file in value.Items("files") where file.Text("id") is not null select file.Text("id")!],
    };

    public static MessageMetadata? Metadata(JsonElement message) =>
        message.Object("metadata") is { } metadata && metadata.Text("event_type") is { } type
            && metadata.Object("event_payload") is { } payload
            ? new MessageMetadata(type, payload.Clone())
            : null;

    private static SelectedOption Option(JsonElement option) => new(option.Text("value") ?? "", option.Object("text")?.Text("text") ?? "");
}
