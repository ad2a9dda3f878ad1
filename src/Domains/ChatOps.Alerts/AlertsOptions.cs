namespace ChatOps.Alerts;

/// <summary>The <c>ChatOps:Alerts</c> section.</summary>
internal sealed class AlertsOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Alerts";

    /// <summary>
    /// How often a silence that holds is read back from Alertmanager, with the alerts it silences: Alertmanager does not tell of the end
    /// of an alert that is silenced, so we ask.
    /// </summary>
    public TimeSpan ReadBackEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a picture serves while its alert fires.</summary>
    public TimeSpan RedrawEvery { get; set; } = TimeSpan.FromMinutes(15);
}
