namespace ChatOps.Findings;

/// <summary>Accepted risks end; a job asks for it.</summary>
public interface ISuppressions
{
    /// <summary>Brings back what was suppressed until now. Calling it twice does no harm.</summary>
    /// <returns>How many came back.</returns>
    Task<int> ExpireSuppressionsAsync(CancellationToken cancellationToken);
}
