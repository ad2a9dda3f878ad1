using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>An open modal or a home tab: the view object as Slack returns it, and what its user typed so far.</summary>
internal sealed class StoredView(string id, string user, JsonObject json)
{
    public string Id { get; } = id;
    public string User { get; } = user;
    public JsonObject Json { get; set; } = json;

    /// <summary>Field errors of the last submission, by block id.</summary>
    public JsonObject? Errors { get; set; }

    public string Hash => Json.Text("hash") ?? "";
    public string ExternalId => Json.Text("external_id") ?? "";
    public bool IsModal => Json.Text("type") == "modal";
}

/// <summary>Every person's modal stack (three at most) and home tab. Guarded by the workspace's lock.</summary>
internal sealed class ViewStore(SlackWorkspaceOptions options)
{
    public const int MaxStack = 3;
    private readonly Dictionary<string, List<StoredView>> _stacks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredView> _homes = new(StringComparer.Ordinal);
    private int _next;

    public IReadOnlyList<StoredView> Stack(string user) => _stacks.TryGetValue(user, out var stack) ? stack : [];

    public StoredView? Home(string user) => _homes.GetValueOrDefault(user);

    public StoredView? Find(string id) => All().FirstOrDefault(v => v.Id == id);

    public StoredView? FindExternal(string externalId) => All().FirstOrDefault(v => v.ExternalId == externalId && externalId.Length > 0);

    /// <summary>Opens a modal alone, in place of whatever the person had open.</summary>
    public StoredView Open(string user, JsonObject view, DateTimeOffset now)
    {
        RefuseDuplicate(view);
        var stored = Create(user, view, null, now);
        _stacks[user] = [stored];
        return stored;
    }

    /// <exception cref="SlackRefusal">push_limit_reached when three are open; not_found when none is.</exception>
    public StoredView Push(string user, JsonObject view, DateTimeOffset now)
    {
        if (!_stacks.TryGetValue(user, out var stack) || stack.Count == 0)
        {
            throw new SlackRefusal("not_found");
        }
        if (stack.Count >= MaxStack)
        {
            throw new SlackRefusal("push_limit_reached");
        }
        RefuseDuplicate(view);
        var stored = Create(user, view, stack[^1], now);
        stack.Add(stored);
        return stored;
    }

    /// <summary>Replaces a view's contents; its place, id and, for blocks that stay, what was typed remain.</summary>
    /// <exception cref="SlackRefusal">hash_conflict when the view changed since the hash was read.</exception>
    public static void Update(StoredView stored, JsonObject view, string? hash, DateTimeOffset now, SlackWorkspaceOptions options)
    {
        if (!string.IsNullOrEmpty(hash) && hash != stored.Hash)
        {
            throw new SlackRefusal("hash_conflict");
        }
        var old = stored.Json;
        stored.Json = Render(stored.Id, view, old.Text("root_view_id") ?? stored.Id, old.Text("previous_view_id"), now, options);
        stored.Json["state"] = new JsonObject
        {
            ["values"] = BlockState.Complete(stored.Json["blocks"] as JsonArray, old["state"]?["values"] as JsonObject),
        };
        stored.Errors = null;
    }

    public StoredView Publish(string user, JsonObject view, string? hash, DateTimeOffset now)
    {
        if (_homes.TryGetValue(user, out var home))
        {
            Update(home, view, hash, now, options);
            return home;
        }
        return _homes[user] = Create(user, view, null, now);
    }

    /// <summary>Takes one view off its stack.</summary>
    public void Close(StoredView view)
    {
        if (_stacks.TryGetValue(view.User, out var stack))
        {
            stack.Remove(view);
        }
    }

    public void Clear(string user) => _stacks.Remove(user);

    private IEnumerable<StoredView> All() => _stacks.Values.SelectMany(s => s).Concat(_homes.Values);

    private void RefuseDuplicate(JsonObject view)
    {
        if (view.Text("external_id") is { Length: > 0 } external && FindExternal(external) is not null)
        {
            throw new SlackRefusal("duplicate_external_id");
        }
    }

    private StoredView Create(string user, JsonObject view, StoredView? below, DateTimeOffset now)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"V0{++_next:D8}");
        var json = Render(id, view, below?.Json.Text("root_view_id") ?? id, below?.Id, now, options);
        json["state"] = new JsonObject { ["values"] = BlockState.Complete(json["blocks"] as JsonArray, null) };
        return new StoredView(id, user, json);
    }

    private static JsonObject Render(
        string id, JsonObject view, string root, string? previous, DateTimeOffset now, SlackWorkspaceOptions options) => new()
        {
            ["id"] = id,
            ["team_id"] = options.TeamId,
            ["type"] = view.Text("type"),
            ["blocks"] = (view["blocks"] as JsonArray)?.Copy() ?? [],
            ["private_metadata"] = view.Text("private_metadata") ?? "",
            ["callback_id"] = view.Text("callback_id") ?? "",
            ["state"] = new JsonObject { ["values"] = new JsonObject() },
            ["hash"] = string.Create(
                CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.{RandomNumberGenerator.GetHexString(8, true)}"),
            ["title"] = view["title"]?.DeepClone(),
            ["clear_on_close"] = view.Flag("clear_on_close"),
            ["notify_on_close"] = view.Flag("notify_on_close"),
            ["close"] = view["close"]?.DeepClone(),
            ["submit"] = view["submit"]?.DeepClone(),
            ["previous_view_id"] = previous,
            ["root_view_id"] = root,
            ["app_id"] = options.AppId,
            ["external_id"] = view.Text("external_id") ?? "",
            ["app_installed_team_id"] = options.TeamId,
            ["bot_id"] = options.BotId,
        };
}
