namespace ChatOps.Platform.Localization;

/// <summary>
/// Korean particles follow the last sound of the word before them: 버킷을 but 정책를 is wrong, 정책을 right; 파일을, 메모를.
/// </summary>
public static class KoreanParticle
{
    private const char FirstSyllable = '\uAC00';
    private const char LastSyllable = '\uD7A3';
    private const int FinalConsonants = 28;
    private const int FinalRieul = 8;
    private const int Open = 0;

    /// <summary>Some consonant other than ㄹ: which one makes no difference.</summary>
    private const int Closed = 1;

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
        var closed = final != Open && !(final == FinalRieul && afterConsonant == "으로");
        return closed ? afterConsonant : afterVowel;
    }

    /// <summary>
    /// The index of the final consonant of the last sound, 0 for none (Unicode chapter 3.12, Hangul syllable composition).
    /// </summary>
    private static int Final(string word)
    {
        for (var i = word.Length - 1; i >= 0; i--)
        {
            var letter = word[i];
            if (letter is >= FirstSyllable and <= LastSyllable) return (letter - FirstSyllable) % FinalConsonants;
            if (char.IsAsciiDigit(letter)) return FinalOfDigit(letter);
            if (char.IsAsciiLetter(letter)) return FinalOfLatin(word.AsSpan(Start(word, i)..(i + 1)));
            if (char.IsLetter(letter)) return Open;
        }

        return Open;
    }

    /// <summary>Where the run of Latin letters that ends at <paramref name="end"/> begins.</summary>
    private static int Start(string word, int end)
    {
        while (end > 0 && char.IsAsciiLetter(word[end - 1])) end--;
        return end;
    }

    /// <summary>Digits are read out in Korean: 0 영, 1 일, 3 삼, 6 육, 7 칠, 8 팔 end in a consonant.</summary>
    private static int FinalOfDigit(char digit) => digit switch
    {
        '1' or '7' or '8' => FinalRieul,
        '0' or '3' or '6' => Closed,
        _ => Open,
    };

    /// <summary>
    /// Abbreviations are read letter by letter (VPC 브이피씨), words as Korean borrowed them (bucket 버킷, project 프로젝트, server 서버, role 롤).
    /// </summary>
    private static int FinalOfLatin(ReadOnlySpan<char> word)
    {
        var last = char.ToLowerInvariant(word[^1]);
        if (!word.ContainsAnyInRange('a', 'z'))
        {
            return last switch
            {
                'l' or 'r' => FinalRieul,
                'm' or 'n' => Closed,
                _ => Open,
            };
        }

        var before = word.Length > 1 ? char.ToLowerInvariant(word[^2]) : ' ';
        return last switch
        {
            'l' => FinalRieul,
            'm' or 'n' => Closed,
            'g' when before == 'n' => Closed,
            // After a vowel it closes the syllable; after a consonant Korean adds a vowel: 프로젝트, 네트워크.
            'b' or 'c' or 'k' or 'p' or 't' when IsVowel(before) => Closed,
            'e' when before == 'l' => FinalRieul,
            'e' when before is 'm' or 'n' => Closed,
            _ => Open,
        };
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
