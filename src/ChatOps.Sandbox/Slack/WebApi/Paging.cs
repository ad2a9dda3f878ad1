using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Slack.WebApi;

/// <summary>Cursors over lists: opaque to the caller, an offset inside.</summary>
internal static class Paging
{
    /// <summary>One page of <paramref name="all"/>; a non-empty cursor says there is more.</summary>
    /// <exception cref="SlackRefusal">invalid_cursor; invalid_limit.</exception>
    public static (List<T> Page, string NextCursor) Page<T>(this ApiCall call, IReadOnlyList<T> all, int defaultLimit, int max)
    {
        if (call.Text("limit") is { } text
            && (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var asked) || asked < 0))
        {
            throw new SlackRefusal("invalid_limit");
        }
        var limit = call.Number("limit", defaultLimit, max);
        var start = Offset(call.Text("cursor"));
        var page = all.Skip(start).Take(limit).ToList();
        var next = start + page.Count < all.Count ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"next:{start + page.Count}")) : "";
        return (page, next);
    }

    public static JsonObject Metadata(string nextCursor) => new() { ["next_cursor"] = nextCursor };

    private static int Offset(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return 0;
        }
        Span<byte> bytes = stackalloc byte[64];
        if (cursor.Length <= 80 && Convert.TryFromBase64String(cursor, bytes, out var length)
            && Encoding.UTF8.GetString(bytes[..length]) is var text && text.StartsWith("next:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return offset;
        }
        throw new SlackRefusal("invalid_cursor");
    }
}
