namespace ChatOps.Platform.Dependencies;

/// <summary>Asks something that the bot cannot do without whether it is well, in a way that changes nothing and costs little.</summary>
public interface IDependencyProbe
{
    /// <summary>What is asked, as metrics name it: <c>slack</c>, <c>database</c>, <c>aws/111122223333</c>.</summary>
    string Name { get; }

    /// <summary>Whether it is used at all. What is not configured is neither well nor ill.</summary>
    bool IsUsed => true;

    /// <summary>
    /// Whether it only tells what running loops and connections have seen, and so has nothing to tell while the bot does not run.
    /// </summary>
    bool IsObserved => false;

    /// <summary>How often it is asked.</summary>
    TimeSpan Every => TimeSpan.FromSeconds(30);

    /// <summary>Returns when it is well, and throws when it is not: the exception is the reason.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>Several of a kind, known only at run time: an account each, a queue each.</summary>
public interface IDependencyProbes
{
    /// <summary>All of them; read once.</summary>
    IReadOnlyList<IDependencyProbe> Probes { get; }
}

/// <summary>The probes of all that is used.</summary>
internal sealed class UsedDependencies(IEnumerable<IDependencyProbe> probes, IEnumerable<IDependencyProbes> several)
{
    /// <summary>All of them; what is not configured is left out.</summary>
    public IReadOnlyList<IDependencyProbe> Probes { get; } =
        [.. probes.Concat(several.SelectMany(group => group.Probes)).Where(probe => probe.IsUsed)];
}

/// <summary>A dependency is ill, in a few words for an operator.</summary>
/// <param name="reason">Shown in <c>/chatops status</c>.</param>
public sealed class DependencyException(string reason) : Exception(reason);
