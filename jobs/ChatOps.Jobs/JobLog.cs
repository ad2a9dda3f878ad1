using Hangfire.Logging;
using Microsoft.Extensions.Logging;
using HangfireLevel = Hangfire.Logging.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace ChatOps.Jobs;

/// <summary>
/// Hangfire's log in the host's. Hangfire keeps one provider for the process, and threads that log while the host is already gone:
/// then it is silent.
/// </summary>
internal sealed partial class JobLog(ILoggerFactory loggers) : ILogProvider
{
    public ILog GetLogger(string name)
    {
        try
        {
            return new HostLog(loggers.CreateLogger(name));
        }
        catch (ObjectDisposedException)
        {
            return new HostLog(null);
        }
    }

    private sealed partial class HostLog(ILogger? logger) : ILog
    {
        public bool Log(HangfireLevel logLevel, Func<string>? messageFunc, Exception? exception = null)
        {
            var level = logLevel switch
            {
                HangfireLevel.Trace => Level.Trace,
                HangfireLevel.Debug => Level.Debug,
                HangfireLevel.Info => Level.Information,
                HangfireLevel.Warn => Level.Warning,
                HangfireLevel.Error => Level.Error,
                _ => Level.Critical,
            };
            if (logger is null || !logger.IsEnabled(level)) return false;
            // Without a message Hangfire only asks whether the level is on.
            if (messageFunc?.Invoke() is { } text) Write(logger, level, text, exception);
            return true;
        }

        [LoggerMessage(Message = "{Text}")]
        private static partial void Write(ILogger logger, Level level, string text, Exception? exception);
    }
}
