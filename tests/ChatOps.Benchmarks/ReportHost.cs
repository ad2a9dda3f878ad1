using System.Diagnostics;
using ChatOps.Bot;
using ChatOps.Platform.Localization;
using ChatOps.Reports;
using ChatOps.Tagging;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Benchmarks;

/// <summary>The whole bot with doors to what its timetable calls, each answering with the milliseconds it took.</summary>
internal static class ReportHost
{
    public static async Task<int> RunAsync()
    {
        await using var app = BotHost.Create([]);
        var services = app.Services;
        app.MapPost("/measure/census", () => TimedAsync(() => services.GetRequiredService<ITagCensus>().TakeAsync(default)));
        app.MapPost(
            "/measure/report", () => TimedAsync(() => services.GetRequiredService<IReports>().RunDailyAsync(makeUp: false, default)));
        app.MapPost("/measure/preview", () => TimedAsync(
            () => services.GetRequiredService<ReportService>().PreviewAsync(services.GetRequiredService<ILocales>().Default, default)));
        await app.RunAsync();
        return 0;
    }

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
