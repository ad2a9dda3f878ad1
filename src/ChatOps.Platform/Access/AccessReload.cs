using ChatOps.Platform.Policy;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Access;

/// <summary>
/// Reads <c>access.yaml</c> again when it has changed: whoever was removed has lost the role within half a minute. A file that is wrong
/// changes nothing, and the log says what is wrong with it.
/// </summary>
internal sealed partial class AccessReload(
    PolicyFolder folder, IOptionsMonitorCache<AccessPolicy> policy, WorkerHealth health, TimeProvider time, ILogger<AccessReload> logger)
    : SupervisedService(health, time, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private string? _read;

    protected override IReadOnlyList<WorkerLoop> Loops => [new WorkerLoop("access.yaml", ReadAsync)];

    private Task<TimeSpan> ReadAsync(CancellationToken stoppingToken)
    {
        try
        {
            var text = folder.Read(AccessPolicy.File);
            if (text != _read)
            {
                var changed = PolicyDocument.Read(AccessPolicy.File, text, AccessPolicy.Read);
                policy.TryRemove(Options.DefaultName);
                policy.TryAdd(Options.DefaultName, changed);
                if (_read is not null) LogRead(Logger, AccessPolicy.File);
                _read = text;
            }
        }
        catch (PolicyException wrong)
        {
            foreach (var fault in wrong.Faults) LogWrong(Logger, fault);
        }

        return Task.FromResult(Every);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} has changed; roles are as it says now")]
    private static partial void LogRead(ILogger logger, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "The roles stay as they were: {Fault}")]
    private static partial void LogWrong(ILogger logger, string fault);
}
