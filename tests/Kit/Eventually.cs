using System.Diagnostics;

namespace ChatOps.Tests.Kit;

/// <summary>Waits for a condition that other threads bring about.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, int seconds = 30, string because = "the condition did not come true")
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(seconds), because);
            await Task.Delay(10);
        }
    }
}
