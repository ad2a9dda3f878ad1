using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack;

/// <summary>A file between its upload address and its sharing.</summary>
internal sealed class StoredFile(string id, string name, int length, string secret)
{
    public string Id { get; } = id;
    public string Name { get; } = name;
    public int Length { get; } = length;
    public string Secret { get; } = secret;
    public string Title { get; set; } = name;
    public string AltText { get; set; } = "";
    public byte[]? Content { get; set; }
    public bool Completed { get; set; }

    public string MimeType => Path.GetExtension(Name).ToUpperInvariant() switch
    {
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".GIF" => "image/gif",
        ".CSV" => "text/csv",
        ".JSON" => "application/json",
        ".PDF" => "application/pdf",
        ".TXT" or ".LOG" or ".MD" => "text/plain",
        _ => "application/octet-stream",
    };

    /// <summary>The file object in messages; its addresses are those of the page.</summary>
    public JsonObject ToJson(SlackWorkspaceOptions options, DateTimeOffset now)
    {
        var type = Path.GetExtension(Name).TrimStart('.');
        var url = string.Create(CultureInfo.InvariantCulture, $"/sandbox/files/{Id}");
        return new JsonObject
        {
            ["id"] = Id,
            ["created"] = now.ToUnixTimeSeconds(),
            ["timestamp"] = now.ToUnixTimeSeconds(),
            ["name"] = Name,
            ["title"] = Title,
            ["alt_txt"] = AltText,
            ["mimetype"] = MimeType,
            ["filetype"] = type,
            ["pretty_type"] = type.ToUpperInvariant(),
            ["user"] = options.BotUserId,
            ["user_team"] = options.TeamId,
            ["editable"] = false,
            ["size"] = Content?.Length ?? 0,
            ["mode"] = "hosted",
            ["is_external"] = false,
            ["is_public"] = true,
            ["url_private"] = url,
            ["url_private_download"] = url,
            ["permalink"] = url,
        };
    }
}

/// <summary>Uploaded files. Guarded by the workspace's lock.</summary>
internal sealed class FileStore
{
    private readonly Dictionary<string, StoredFile> _files = new(StringComparer.Ordinal);
    private int _next;

    public StoredFile Create(string name, int length)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"F0{++_next:D8}");
        var file = new StoredFile(id, name, length, RandomNumberGenerator.GetHexString(32, true));
        _files[id] = file;
        return file;
    }

    public StoredFile? Find(string id) => _files.GetValueOrDefault(id);

    public StoredFile? BySecret(string secret) => _files.Values.FirstOrDefault(f => f.Secret == secret);
}
