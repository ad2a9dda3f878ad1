using System.Text.Json;
using System.Text.Unicode;

namespace ChatOps.Slack.Interactions;

/// <summary>Tells JSON whose texts can all be read: in UTF-8, and without half of a surrogate pair written as an escape.</summary>
internal static class WellFormedText
{
    /// <summary>Whether every text of some JSON can be read.</summary>
    public static bool Has(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        // Only an escape can write half a pair.
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
