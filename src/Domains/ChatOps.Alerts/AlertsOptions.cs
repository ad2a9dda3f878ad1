namespace ChatOps.Alerts;

/// <summary>The <c>ChatOps:Alerts</c> section.</summary>
internal sealed class AlertsOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Alerts";

    /// <summary>
    /// How often what fires, and the silences that hold, are read back from where they come from: Alertmanager does not tell of the end
    /// of an alert that is silenced, inhibited or muted, so we ask.
    /// </summary>
    public TimeSpan ReadBackEvery { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a picture serves while its alert fires.</summary>
    public TimeSpan RedrawEvery { get; set; } = TimeSpan.FromMinutes(15);
}
