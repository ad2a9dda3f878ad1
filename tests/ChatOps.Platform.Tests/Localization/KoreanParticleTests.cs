using ChatOps.Platform.Localization;
using FsCheck;
using FsCheck.Xunit;

namespace ChatOps.Platform.Tests.Localization;

public sealed class KoreanParticleTests
{
    [Theory]
    [InlineData("버킷", "을/를", "을")]
    [InlineData("정책", "을/를", "을")]
    [InlineData("메모", "을/를", "를")]
    [InlineData("파일", "으로/로", "로")]
    [InlineData("계정", "으로/로", "으로")]
    [InlineData("리전", "이/가", "이")]
    [InlineData("S3", "을/를", "을")]
    [InlineData("EC2", "을/를", "를")]
    [InlineData("EC2.19", "이/가", "가")]
    [InlineData("111122223333", "을/를", "을")]
    [InlineData("VPC", "을/를", "를")]
    [InlineData("RDS", "을/를", "를")]
    [InlineData("IAM", "을/를", "을")]
    [InlineData("SQL", "으로/로", "로")]
    [InlineData("bucket", "을/를", "을")]
    [InlineData("project", "을/를", "를")]
    [InlineData("server", "을/를", "를")]
    [InlineData("role", "을/를", "을")]
    [InlineData("role", "으로/로", "로")]
    [InlineData("network", "을/를", "를")]
    [InlineData("tagging", "은/는", "은")]
    [InlineData("*payroll-exports*", "을/를", "를")]
    [InlineData("“버킷”", "과/와", "과")]
    [InlineData("", "을/를", "를")]
    [InlineData("버킷", "만", "만")]
    public void The_particle_follows_the_last_sound(string word, string pair, string expected) =>
        Assert.Equal(expected, KoreanParticle.For(word, pair));

    /// <summary>Unicode composes syllables as initial × 588 + vowel × 28 + final: the final decides, whatever stands before it.</summary>
    [Property]
    public bool Of_any_syllable_the_final_consonant_decides(
        NonNegativeInt initial, NonNegativeInt vowel, NonNegativeInt final, string? before)
    {
        var (i, v, f) = (initial.Get % 19, vowel.Get % 21, final.Get % 28);
        var syllable = (char)(0xAC00 + (i * 588) + (v * 28) + f);
        return KoreanParticle.For($"{before}{syllable}", "을/를") == (f == 0 ? "를" : "을")
            && KoreanParticle.For($"{before}{syllable}", "으로/로") == (f is 0 or 8 ? "로" : "으로");
    }

    [Property]
    public bool Any_text_gets_one_of_the_two(string? word) => KoreanParticle.For(word ?? "", "이/가") is "이" or "가";
}
