using System.Diagnostics;

namespace ChatOps.Tests.Kit;

/// <summary>Waits for a condition that other threads bring about.</summary>
public static class Eventually
{
    public static Task TrueAsync(Func<Task<bool>> condition, int seconds = 30, string because = "the condition did not come true") =>
        TrueAsync(condition, () => because, seconds);

    /// <summary>As the other, with what is said when it does not come true as things stand then.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> because, int seconds = 30)
    {
        var timeout = Stopwatch.StartNew();
        while (!await condition())
        {
            if (timeout.Elapsed >= TimeSpan.FromSeconds(seconds)) Assert.Fail(because());
            await Task.Delay(10);
        }
    }
}
