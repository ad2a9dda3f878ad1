using System.Text;

namespace ChatOps.Kernel.Filters;

/// <summary>What somebody probably meant.</summary>
public static class NearestText
{
    private const int MaxLength = 64;

    /// <summary>The candidate that is nearest to a text; null when none is near enough.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="candidates">What could have been typed; the first of several that are equally near.</param>
    public static string? Of(string text, IEnumerable<string> candidates)
    {
        var typed = text.Length > MaxLength ? text[..MaxLength].ToLowerInvariant() : text.ToLowerInvariant();
        string? nearest = null;
        var least = double.MaxValue;
        // Of Latin and Korean names of a thing those in the letters of the typed text are meant: else a short Korean one is near to
        // everything.
        foreach (var candidate in candidates.Where(candidate => Ascii.IsValid(candidate) == Ascii.IsValid(text)))
        {
            var known = candidate.ToLowerInvariant();
            // 'sev' is nearer to 'severity' than to 'tag', although more letters are missing.
            var distance = typed.Length >= 2
                && (known.StartsWith(typed, StringComparison.Ordinal) || typed.StartsWith(known, StringComparison.Ordinal))
                && known.Length > 0
                ? 0.5
                : Distance(typed, known);
            if (distance >= least) continue;
            (nearest, least) = (candidate, distance);
        }

        return least <= Math.Max(1, (typed.Length + 1) / 3) ? nearest : null;
    }

    /// <summary>Letters to insert, leave out, change or swap with their neighbour (optimal string alignment).</summary>
    public static int Distance(string first, string second)
    {
        var rows = new int[first.Length + 1, second.Length + 1];
        for (var i = 0; i <= first.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= second.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= first.Length; i++)
        {
            for (var j = 1; j <= second.Length; j++)
            {
                var cost = first[i - 1] == second[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[first.Length, second.Length];
    }
}
