using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatOps.Sandbox.Aws.Protocols;

/// <summary>MaxResults and NextToken of the JSON protocols, over a list that is all there.</summary>
internal static class Paging
{
    public static (IReadOnlyList<T> Page, string? Next) Page<T>(JsonObject request, IReadOnlyList<T> all, int usual, int most)
    {
        var size = request.Number("MaxResults") ?? usual;
        if (size < 1 || size > most)
            throw new AwsFault(
                "ValidationException",
                $"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: Member must have value " +
                $"between 1 and {most}");
        var from = 0;
        if (request.Text("NextToken") is { Length: > 0 } token
            && (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out from) || from > all.Count))
            throw new AwsFault("InvalidNextToken", "The specified token isn't valid.");
        var end = Math.Min(from + size, all.Count);
        return ([.. all.Skip(from).Take(size)], end < all.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
    }

    public static JsonObject With(JsonObject answer, string? next)
    {
        if (next is not null)
            answer["NextToken"] = next;
        return answer;
    }
}
