using System.Globalization;

namespace ChatOps.Platform.Work;

/// <summary>How much a choice names.</summary>
internal enum DeadLetterScope
{
    /// <summary>Everything that is set aside.</summary>
    All,

    /// <summary>All letters of a notice: what one message in the operators' channel tells of.</summary>
    Notice,

    /// <summary>One letter.</summary>
    Letter,
}

/// <summary>
/// Which dead letters somebody decides about, as it travels in a button's value or is typed: <c>12</c>, <c>n3</c>, <c>all</c>.
/// </summary>
/// <param name="Scope">How much.</param>
/// <param name="Id">The id of the letter or notice; 0 for all.</param>
internal readonly record struct DeadLetterChoice(DeadLetterScope Scope, long Id)
{
    /// <summary>The kind of the notices' subjects.</summary>
    public const string SubjectKind = "inbox";

    private const string AllWord = "all";
    private const char NoticeSign = 'n';

    /// <summary>Everything.</summary>
    public static DeadLetterChoice All { get; } = new(DeadLetterScope.All, 0);

    /// <summary>Reads a button's value or what was typed; a <c>#</c> before a letter's id is allowed.</summary>
    public static bool TryParse(string? text, out DeadLetterChoice choice)
    {
        choice = All;
        var word = (text ?? "").Trim().ToLowerInvariant();
        if (word == AllWord) return true;
        var isNotice = word.StartsWith(NoticeSign);
        if (!long.TryParse(isNotice ? word[1..] : word.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || id == 0)
            return false;
        choice = new DeadLetterChoice(isNotice ? DeadLetterScope.Notice : DeadLetterScope.Letter, id);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Scope switch
    {
        DeadLetterScope.All => AllWord,
        DeadLetterScope.Notice => string.Create(CultureInfo.InvariantCulture, $"{NoticeSign}{Id}"),
        _ => Id.ToString(CultureInfo.InvariantCulture),
    };
}
