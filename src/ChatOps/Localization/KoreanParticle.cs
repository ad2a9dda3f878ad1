using System.Text;

namespace ChatOps.Localization;

/// <summary>
/// Korean particles follow the last sound of the word before them: 버킷을 but 정책를 is wrong, 정책을 right; 파일을, 메모를.
/// </summary>
public static class KoreanParticle
{
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int FinalConsonants = 28;
    private const int FinalRieul = 8;

    /// <summary>The particle of a pair such as <c>을/를</c>, <c>이/가</c>, <c>은/는</c>, <c>과/와</c>, <c>으로/로</c> that follows a word.</summary>
    /// <param name="word">The word as shown; trailing punctuation and markup are passed over.</param>
    /// <param name="pair">After a consonant, a slash, after a vowel.</param>
    public static string For(string word, string pair)
    {
        var slash = pair.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return pair;
        var (afterConsonant, afterVowel) = (pair[..slash], pair[(slash + 1)..]);
        var final = Final(word);
        // 으로/로 is the one pair in which a final ㄹ counts as a vowel.
        var closed = final != 0 && !(final == FinalRieul && afterConsonant == "으로");
        return closed ? afterConsonant : afterVowel;
    }

    /// <summary>The index of the final consonant of the last sound, 0 for none (Unicode chapter 3.12, Hangul syllable composition).</summary>
    private static int Final(string word)
    {
        foreach (var rune in word.EnumerateRunes().Reverse())
        {
            if (rune.Value is >= FirstSyllable and <= LastSyllable) return (rune.Value - FirstSyllable) % FinalConsonants;
            if (Rune.IsDigit(rune)) return FinalOfDigit(rune.Value);
            if (Rune.IsLetter(rune)) return FinalOfLatin(Rune.ToLowerInvariant(rune).Value);
        }

        return 0;
    }

    /// <summary>Digits are read out in Korean: 0 영, 1 일, 3 삼, 6 육, 7 칠, 8 팔 end in a consonant.</summary>
    private static int FinalOfDigit(int digit) => (char)digit switch
    {
        '1' or '7' or '8' => FinalRieul,
        '0' or '3' or '6' => 1,
        _ => 0,
    };

    /// <summary>Latin words are read as they sound; these endings close the syllable in nearly all loanwords and letter names (L, M, N, R).</summary>
    private static int FinalOfLatin(int letter) => (char)letter switch
    {
        'l' or 'r' => FinalRieul,
        'm' or 'n' or 'b' or 'k' or 'p' or 'c' or 't' => 1,
        _ => 0,
    };
}
