using ChatOps.Platform.Telemetry;

namespace ChatOps.Tests.Kit;

/// <summary>What a source of gauges measures, as text.</summary>
internal static class GaugeText
{
    public static async Task<string> ReadAsync(IGaugeSource source)
    {
        var readings = await source.ReadAsync(default);
        Assert.All(readings, reading => Assert.Contains(reading.Gauge, source.Gauges));
        return string.Join(", ", readings.Select(reading => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{reading.Gauge.Name}" +
            $"{(reading.Tags.Length == 0 ? "" : "{" + string.Join(',', reading.Tags.Select(tag => $"{tag.Key}={tag.Value}")) + "}")} " +
            $"{reading.Value}")));
    }
}
