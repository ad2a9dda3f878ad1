using ChatOps.Platform.Charts;
using ChatOps.Platform.Localization;
using SkiaSharp;

namespace ChatOps.Platform.Tests.Charts;

public sealed class PainterTests
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 3, 0, 0, TimeSpan.Zero);
    private static readonly Painter Painter = new(PaintSize.Message);

    private static Locale Korean { get; } = Locale.For("ko", Seoul);

    private static LineChart Lines { get; } = new("결제 서비스 오류율", [
        new Series("서울", [.. Enumerable.Range(0, 60).Select(i => (Noon.AddMinutes(i), i % 7 == 3 ? double.NaN : Math.Sin(i)))])
    ])
    { Threshold = (0.5, "기준") };

    private static BarChart Bars { get; } = new("서비스별 비용", [("Amazon EC2", 5230.2, 4100), ("태그 누락", 12.25, null)]) { Unit = "USD" };

    private static StackedChart Stack { get; } = new(
        "심각도별 미해결", [new Series("심각", [(Noon, 3), (Noon.AddDays(1), 5)]), new Series("크레딧", [(Noon, -1)])]);

    public static TheoryData<string> Kinds => ["lines", "bars", "stack", "composed"];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_is_a_picture_of_its_size_with_ink_on_it(string kind)
    {
        var picture = Draw(kind);
        using var bitmap = SKBitmap.Decode(picture.Png.Span);
        Assert.Equal((picture.Width, picture.Height), (bitmap.Width, bitmap.Height));
        if (kind != "composed") Assert.Equal((1600, 800), (picture.Width, picture.Height));
        Assert.True(Ink(bitmap) > 5000, $"{kind} is almost blank.");
        Assert.InRange(picture.Png.Length, 5_000, 400_000);
        Assert.NotEmpty(picture.Alt);
    }

    [Fact]
    public void Every_syllable_that_our_Korean_texts_hold_is_in_the_font()
    {
        var missing = Texts.Keys("ko").SelectMany(key => Texts.Raw("ko", key)).Where(letter => letter is >= '\uAC00' and <= '\uD7A3')
            .Distinct().Where(letter => KoreanFont.Typeface.GetGlyph(letter) == 0);
        Assert.Empty(missing);
        Assert.DoesNotContain("0123456789ABCxyz%₩$€→▲▼…·−ㄱㅎ", letter => KoreanFont.Typeface.GetGlyph(letter) == 0);
    }

    [Fact]
    public void Korean_is_drawn_and_not_boxes()
    {
        // Different syllables look different; boxes would all look the same.
        var (picture, other) = (Painter.Draw(Lines with { Title = "가가가가" }, Korean), Painter.Draw(Lines with { Title = "힣힣힣힣" }, Korean));
        using var first = SKBitmap.Decode(picture.Png.Span);
        using var second = SKBitmap.Decode(other.Png.Span);
        var differing = 0;
        for (var y = 0; y < 80; y++)
        {
            for (var x = 0; x < 400; x++) differing += first.GetPixel(x, y) == second.GetPixel(x, y) ? 0 : 1;
        }

        Assert.True(differing > 500, $"Only {differing} pixels differ.");
    }

    [Fact]
    public void Nothing_to_draw_is_said_in_the_picture_and_for_those_who_do_not_see_it()
    {
        var empty = Painter.Draw(new LineChart("제목", []), Korean);
        Assert.Equal("제목: 데이터 없음", empty.Alt);
        using var bitmap = SKBitmap.Decode(empty.Png.Span);
        Assert.True(Ink(bitmap, fromY: 200) > 300);
        Assert.Equal(empty.Png.Length, Painter.Draw(new LineChart("제목", [new Series("a", [(Noon, double.NaN)])]), Korean).Png.Length);
    }

    [Fact]
    public async Task Many_at_once_draw_what_one_alone_draws()
    {
        var alone = ((string[])["lines", "bars", "stack", "composed"]).ToDictionary(kind => kind, kind => Draw(kind).Png.ToArray());
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 8 }, (i, _) =>
        {
            var kind = alone.Keys.ElementAt(i % alone.Count);
            Assert.Equal(alone[kind], Draw(kind).Png.ToArray());
            return ValueTask.CompletedTask;
        });
    }

    [Fact]
    public void A_long_title_and_many_series_stay_within_the_picture()
    {
        var series = Enumerable.Range(0, 30).Select(i => new Series($"{new string('가', 60)}{i}", [(Noon, i), (Noon.AddHours(1), i + 1)]))
            .ToList();
        using var bitmap = SKBitmap.Decode(Painter.Draw(new LineChart(new string('힣', 300), series), Korean).Png.Span);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = bitmap.Width - 16; x < bitmap.Width; x++) Assert.Equal(SKColors.White, bitmap.GetPixel(x, y));
        }
    }

    [Theory]
    [InlineData(0, 7.3, "", "en", "0|2|4|6")]
    [InlineData(0, 48_213, "", "en", "0|10K|20K|30K|40K|50K")]
    [InlineData(0, 3_200_000, "", "ko", "0|100만|200만|300만")]
    [InlineData(0, 98, "%", "ko", "0%|20%|40%|60%|80%|100%")]
    [InlineData(0, 0.04, "", "en", "0|0.01|0.02|0.03|0.04")]
    public void Values_are_marked_at_round_steps(double low, double high, string unit, string language, string ticks) =>
        Assert.Equal(
            ticks, string.Join('|', new ValueScale(low, high, 5, unit, Locale.For(language, Seoul)).Ticks().Select(tick => tick.Label)));

    [Theory]
    [InlineData("ko", 3, "12:00|12:30|13:00|13:30|14:00|14:30|15:00")]
    [InlineData("ko", 24, "12:00|18:00|3월 5일|06:00|12:00")]
    [InlineData("en", 96, "5 Mar|6 Mar|7 Mar|8 Mar")]
    public void Times_are_marked_at_round_hours_of_the_zone(string language, int hours, string ticks) =>
        Assert.Equal(
            ticks,
            string.Join('|', TimeScale.Ticks(Noon, Noon.AddHours(hours), 7, Locale.For(language, Seoul)).Select(tick => tick.Label)));

    private static Picture Draw(string kind) => kind switch
    {
        "lines" => Painter.Draw(Lines, Korean),
        "bars" => Painter.Draw(Bars, Korean),
        "stack" => Painter.Draw(Stack, Korean),
        _ => Painter.Compose("보고", [Painter.Draw(Lines, Korean), Painter.Draw(Bars, Korean), Painter.Draw(Stack, Korean)]),
    };

    private static int Ink(SKBitmap bitmap, int fromY = 0)
    {
        var ink = 0;
        for (var y = fromY; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++) ink += bitmap.GetPixel(x, y) == SKColors.White ? 0 : 1;
        }

        return ink;
    }
}
