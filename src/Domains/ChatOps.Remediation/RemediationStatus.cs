using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;

namespace ChatOps.Remediation;

/// <summary>Remediations in <c>/chatops status</c>.</summary>
internal sealed class RemediationStatus(RemediationStore store) : IStatusSection
{
    public int Order => 30;

    public async Task<string> DescribeAsync(Locale locale, CancellationToken cancellationToken)
    {
        var counts = await store.CountActiveAsync(cancellationToken);
        long Of(string state) => counts.GetValueOrDefault(state);
        return locale.Text(
            "status.remediations", ("awaiting", Of("awaiting_approval")), ("running", Of("starting") + Of("running")),
            ("verifying", Of("verifying")));
    }
}
