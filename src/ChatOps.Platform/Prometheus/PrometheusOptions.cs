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

    /// <summary>The user of basic authentication, the only login of Prometheus' and Alertmanager's own web configuration.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>Further headers, by name: <c>X-Scope-OrgID</c> of Mimir and Grafana Cloud.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A PEM file of the certificate authorities that sign the server's certificate; null for those of the system.</summary>
    public string? CaFile { get; set; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The <c>ChatOps:Prometheus</c> section.</summary>
public sealed class PrometheusOptions : MonitoringServerOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Prometheus";
}

/// <summary>The <c>ChatOps:Alertmanager</c> section, and an entry of <c>ChatOps:Alertmanagers</c>.</summary>
public sealed class AlertmanagerOptions : MonitoringServerOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Alertmanager";

    /// <summary>The path of the list of further servers.</summary>
    public const string FurtherSection = "ChatOps:Alertmanagers";

    /// <summary>Its name where people read it; null takes its address.</summary>
    public string? Name { get; set; }

    /// <summary>The addresses of its further peers: a highly available pair is one server.</summary>
    public List<string> Urls { get; } = [];

    /// <summary>
    /// The <c>externalURL</c> of its notifications, where that is not <see cref="MonitoringServerOptions.Url"/>. Null for the only
    /// server: every notification is taken for its own until one is seen to be another's.
    /// </summary>
    public string? ExternalUrl { get; set; }

    /// <summary>Further such addresses, of peers that name themselves each.</summary>
    public List<string> ExternalUrls { get; } = [];

    /// <summary>Labels that all of its alerts have: <c>cluster=prod</c>. Tells servers apart that share an address.</summary>
    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>All addresses it is asked at, the first one first.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. new[] { Url ?? "" }.Concat(Urls).Where(url => !string.IsNullOrWhiteSpace(url)).Distinct()];
}

/// <summary>The further servers of <c>ChatOps:Alertmanagers</c>, in the order of their numbers.</summary>
public sealed class FurtherAlertmanagers
{
    /// <summary>The servers.</summary>
    public List<AlertmanagerOptions> Servers { get; } = [];
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
        var faults = MonitoringServerFaults.Of(section, options, services);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

/// <summary>What is wrong with one server's settings.</summary>
internal static class MonitoringServerFaults
{
    public static List<string> Of(string section, MonitoringServerOptions options, IServiceProvider services)
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
        if (!string.IsNullOrEmpty(options.User) && !string.IsNullOrEmpty(options.BearerToken))
            faults.Add($"{section} has both User and BearerToken: a server takes one of them.");
        if (!string.IsNullOrEmpty(options.Password) && string.IsNullOrEmpty(options.User))
            faults.Add($"{section}:Password stands there without a User.");
        if (!string.IsNullOrWhiteSpace(options.CaFile) && !File.Exists(options.CaFile))
            faults.Add($"{section}:CaFile is '{options.CaFile}', which does not exist.");
        if (options.Headers.Keys.FirstOrDefault(
            header => header.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))) is { } bad)
            faults.Add($"{section}:Headers has '{bad}', which is no name of a header.");
        return faults;
    }
}

internal sealed class PrometheusOptionsValidator(IServiceProvider services)
    : MonitoringServerValidator<PrometheusOptions>(PrometheusOptions.Section, services);

internal sealed class AlertmanagerOptionsValidator(IServiceProvider services)
    : MonitoringServerValidator<AlertmanagerOptions>(AlertmanagerOptions.Section, services);

/// <summary>What the further servers must hold.</summary>
internal sealed class FurtherAlertmanagersValidator(IServiceProvider services) : IValidateOptions<FurtherAlertmanagers>
{
    public ValidateOptionsResult Validate(string? name, FurtherAlertmanagers options)
    {
        var faults = new List<string>();
        for (var at = 0; at < options.Servers.Count; at++)
        {
            var (server, section) = (options.Servers[at], $"{AlertmanagerOptions.FurtherSection}:{at}");
            if (string.IsNullOrWhiteSpace(server.Url)) faults.Add($"{section}:Url is missing.");
            faults.AddRange(MonitoringServerFaults.Of(section, server, services));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}

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
