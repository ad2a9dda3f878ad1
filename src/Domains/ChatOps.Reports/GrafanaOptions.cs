using Microsoft.Extensions.Options;

namespace ChatOps.Reports;

/// <summary>Grafana, whose dashboards the report shows. Section <c>ChatOps:Grafana</c>; without an address there is none.</summary>
internal sealed class GrafanaOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Grafana";

    /// <summary>Where it is, as people reach it too: links lead there.</summary>
    public string? Url { get; set; }

    /// <summary>A service account's token; Viewer is enough for pictures, Editor where snapshots shall be made.</summary>
    public string? Token { get; set; }

    /// <summary>Whether there is one.</summary>
    public bool IsOn => !string.IsNullOrWhiteSpace(Url);
}

/// <summary>Names every fault of the section at once.</summary>
internal sealed class GrafanaOptionsValidator : IValidateOptions<GrafanaOptions>
{
    public ValidateOptionsResult Validate(string? name, GrafanaOptions options)
    {
        if (!options.IsOn) return ValidateOptionsResult.Success;
        List<string> faults = [];
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            faults.Add("ChatOps:Grafana:Url must be an address, such as https://grafana.example.com.");
        if (string.IsNullOrWhiteSpace(options.Token))
            faults.Add("ChatOps:Grafana:Token is missing: make a service account in Grafana and give its token.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
