using System.Text.RegularExpressions;
using ChatOps.Aws;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Prometheus;

/// <summary>A server that is spoken to: Prometheus' or Alertmanager's.</summary>
public abstract class MonitoringServerOptions
{
    /// <summary>
    /// Its address, without <c>/api/…</c>: <c>http://prometheus:9090</c>, or an AMP workspace
    /// <c>https://aps-workspaces.{region}.amazonaws.com/workspaces/{id}</c> (with <c>/alertmanager</c> for its Alertmanager), to which
    /// requests are signed. Null: there is none.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>The account of <c>ChatOps:Aws:Accounts</c> whose role asks an AMP workspace; null for our own credentials.</summary>
    public string? Account { get; set; }

    /// <summary>Sent as <c>Authorization: Bearer</c> to a server behind a proxy that wants it; never to AMP.</summary>
    public string? BearerToken { get; set; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The <c>ChatOps:Prometheus</c> section.</summary>
public sealed class PrometheusOptions : MonitoringServerOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Prometheus";
}

/// <summary>The <c>ChatOps:Alertmanager</c> section.</summary>
public sealed class AlertmanagerOptions : MonitoringServerOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Alertmanager";
}

/// <summary>What the two sections must hold; every fault is named, in one line each.</summary>
/// <param name="section">The section's path.</param>
/// <param name="services">Asked for the accounts only where one is named: they read options of their own, whose faults are told by
/// themselves.</param>
internal abstract class MonitoringServerValidator<T>(string section, IServiceProvider services) : IValidateOptions<T>
    where T : MonitoringServerOptions
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = new List<string>();
        if (!string.IsNullOrWhiteSpace(options.Url)
            && !(Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0
            && url.UserInfo.Length == 0))
            faults.Add($"{section}:Url is not an http or https address without query and password, such as http://prometheus:9090.");
        if (!string.IsNullOrWhiteSpace(options.Account) && services.GetRequiredService<IAwsAccounts>().Find(options.Account) is null)
            faults.Add($"{section}:Account is '{options.Account}', which ChatOps:Aws:Accounts does not list.");
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(2))
            faults.Add($"{section}:Timeout must be more than zero and at most two minutes.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

internal sealed class PrometheusOptionsValidator(IServiceProvider services)
    : MonitoringServerValidator<PrometheusOptions>(PrometheusOptions.Section, services);

internal sealed class AlertmanagerOptionsValidator(IServiceProvider services)
    : MonitoringServerValidator<AlertmanagerOptions>(AlertmanagerOptions.Section, services);

/// <summary>Amazon Managed Prometheus: which addresses are its workspaces.</summary>
internal static partial class AmpWorkspace
{
    /// <summary>The signing name of the service.</summary>
    public const string Service = "aps";

    /// <summary>
    /// The Region of the workspace behind an address, or null when the address is no workspace's and nothing is to be signed.
    /// </summary>
    public static string? RegionOf(Uri url, AwsOptions aws)
    {
        if (Host().Match(url.IdnHost) is { Success: true } match) return match.Groups["region"].Value;
        return Uri.TryCreate(aws.ServiceUrl, UriKind.Absolute, out var local) && local.Authority == url.Authority
            && url.AbsolutePath.StartsWith("/workspaces/", StringComparison.Ordinal)
            ? aws.Region
            : null;
    }

    [GeneratedRegex(@"\Aaps-workspaces(-fips)?\.(?<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|api\.aws)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Host();
}
