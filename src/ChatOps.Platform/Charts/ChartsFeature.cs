using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Charts;

/// <summary>Registers the painter.</summary>
public static class ChartsFeature
{
    /// <summary>Adds <see cref="IPainter"/>.</summary>
    public static IServiceCollection AddCharts(this IServiceCollection services) =>
        services.AddSingleton<IPainter>(_ => new Painter(PaintSize.Message));
}
