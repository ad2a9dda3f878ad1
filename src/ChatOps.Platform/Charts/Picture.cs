namespace ChatOps.Platform.Charts;

/// <summary>A picture ready to be sent.</summary>
/// <param name="Png">PNG bytes.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Alt">What it shows, in one sentence, for those who do not see it.</param>
public sealed record Picture(ReadOnlyMemory<byte> Png, int Width, int Height, string Alt);

/// <summary>One line or one column of values of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points, oldest first; a gap is <see cref="double.NaN"/>.</param>
public sealed record Series(string Name, IReadOnlyList<(DateTimeOffset At, double Value)> Points)
{
    /// <summary>Drawn dashed: a forecast, the same time a week ago.</summary>
    public bool Dashed { get; init; }
}

/// <summary>Values over time as lines, with a threshold and a band where there is one.</summary>
/// <param name="Title">The line above.</param>
/// <param name="Series">The lines, at most eight; the rest is left out and said.</param>
public sealed record LineChart(string Title, IReadOnlyList<Series> Series)
{
    /// <summary>The unit of the values, at the axis: <c>%</c>, <c>USD</c>.</summary>
    public string Unit { get; init; } = "";

    /// <summary>A horizontal line at this value, with its name.</summary>
    public (double Value, string Name)? Threshold { get; init; }

    /// <summary>Between these two lines the ground is tinted: a forecast's bounds.</summary>
    public (Series Low, Series High)? Band { get; init; }

    /// <summary>Filled down to zero: for what adds up.</summary>
    public bool Filled { get; init; }

    /// <summary>The axis of values is that of the lines and the threshold, not from zero: 93 to 97 % is no flat line.</summary>
    public bool Fitted { get; init; }

    /// <summary>The axis of time; null takes the first and the last point.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? Span { get; init; }

    /// <summary>Moments that are marked: when an alert fired.</summary>
    public IReadOnlyList<DateTimeOffset> Marks { get; init; } = [];
}

/// <summary>Named amounts as horizontal bars, largest first.</summary>
/// <param name="Title">The line above.</param>
/// <param name="Bars">The bars; <c>Before</c> is drawn behind, paler.</param>
public sealed record BarChart(string Title, IReadOnlyList<(string Name, double Value, double? Before)> Bars)
{
    /// <summary>The unit of the values.</summary>
    public string Unit { get; init; } = "";
}

/// <summary>Days as stacked columns: cost by service, findings by severity.</summary>
/// <param name="Title">The line above.</param>
/// <param name="Series">The layers, at most eight.</param>
public sealed record StackedChart(string Title, IReadOnlyList<Series> Series)
{
    /// <summary>The unit of the values.</summary>
    public string Unit { get; init; } = "";
}

/// <summary>Draws. Safe from several threads; text of any language is drawn with the font that ships with us.</summary>
public interface IPainter
{
    /// <summary>Lines over time.</summary>
    Picture Draw(LineChart chart, Localization.Locale locale);

    /// <summary>Bars.</summary>
    Picture Draw(BarChart chart, Localization.Locale locale);

    /// <summary>Stacked columns by day.</summary>
    Picture Draw(StackedChart chart, Localization.Locale locale);

    /// <summary>Several pictures as one, two beside each other, under one title.</summary>
    Picture Compose(string title, IReadOnlyList<Picture> pictures);
}
