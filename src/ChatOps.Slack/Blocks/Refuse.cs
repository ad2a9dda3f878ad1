using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Slack.Blocks;

/// <summary>What cannot be cut is refused, with its path.</summary>
internal static class Refuse
{
    public static void Unless([DoesNotReturnIf(false)] bool right, string path, string fault)
    {
        if (!right)
        {
            throw new BlockKitException(path, fault);
        }
    }

    public static void TooMany(int count, int most, string path)
    {
        if (count > most)
        {
            throw new BlockKitException(path, $"has {count} items; Slack takes {most}.");
        }
    }

    public static void NoneOrTooMany(int count, int most, string path)
    {
        Unless(count > 0, path, "must not be empty.");
        TooMany(count, most, path);
    }

    public static void TooLong(string? text, int most, string path)
    {
        if (text?.Length > most)
        {
            throw new BlockKitException(path, $"is {text.Length} characters; Slack takes {most}, and it cannot be cut.");
        }
    }

    public static void Id(string id, string path)
    {
        Unless(!string.IsNullOrEmpty(id), path, "must not be empty.");
        TooLong(id, BlockKitLimits.Id, path);
    }

    public static void OptionalId(string? id, string path)
    {
        Unless(id is null or { Length: > 0 }, path, "must not be empty; leave it null.");
        TooLong(id, BlockKitLimits.Id, path);
    }
}
