using ChatOps.Platform.Dependencies;

namespace ChatOps.Platform.Doctor;

/// <summary>Runs all checks, at once: the slowest says how long it takes.</summary>
public sealed class DoctorExamination(IEnumerable<IDoctorCheck> checks, TimeProvider time)
{
    /// <summary>What has not answered by then has not answered.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>All that was found, the gravest first.</summary>
    public async Task<IReadOnlyList<Diagnosis>> RunAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(checks.Select(check => ExamineAsync(check, cancellationToken)));
        return [.. found.SelectMany(diagnoses => diagnoses).OrderByDescending(diagnosis => diagnosis.Level)
            .ThenBy(diagnosis => diagnosis.What, StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<Diagnosis>> ExamineAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await check.ExamineAsync(both.Token).WaitAsync(both.Token);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return [new Diagnosis(DiagnosisLevel.Fault, check.Name, DependencyHealth.ReasonOf(fault), check.Remedy)];
        }
    }
}
