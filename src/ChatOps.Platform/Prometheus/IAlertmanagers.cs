using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Prometheus;

/// <summary>The Alertmanagers that are configured. The peers of a highly available pair are one of them.</summary>
public interface IAlertmanagers
{
    /// <summary>The servers, the first one first; empty when none is configured.</summary>
    IReadOnlyList<IAlertmanager> All { get; }

    /// <summary>The server with this name; null when it is not configured any more.</summary>
    IAlertmanager? Named(string? name) => name is null ? null : All.FirstOrDefault(server => server.Name == name);

    /// <summary>The server that a notification came from; null when none of ours did.</summary>
    /// <param name="externalUrl">The notification's <c>externalURL</c>; null when it has none.</param>
    /// <param name="labels">The labels that all of its alerts share.</param>
    AlertmanagerMatch? Of(string? externalUrl, IReadOnlyDictionary<string, string> labels);
}

/// <summary>The server of a notification.</summary>
/// <param name="Server">The server.</param>
/// <param name="IsAssumed">Whether it is taken for that only because there is no other.</param>
public sealed record AlertmanagerMatch(IAlertmanager Server, bool IsAssumed);

/// <inheritdoc/>
internal sealed class Alertmanagers : IAlertmanagers
{
    private readonly List<(IAlertmanager Client, AlertmanagerOptions Options)> _servers = [];

    public Alertmanagers(
        IHttpClientFactory http, IAlertmanager first, IOptions<AlertmanagerOptions> options, IOptions<FurtherAlertmanagers> further)
    {
        if (first.IsConfigured) _servers.Add((first, options.Value));
        var names = new HashSet<string>(StringComparer.Ordinal) { "" };
        foreach (var (at, server) in further.Value.Servers.Index())
        {
            var name = NameOf(server);
            if (!names.Add(name)) names.Add(name = $"{name}-{at + 1}");
            _servers.Add((new AlertmanagerClient(http, HttpClientOf(at), server, name), server));
        }
    }

    public IReadOnlyList<IAlertmanager> All => [.. _servers.Select(server => server.Client)];

    public static string HttpClientOf(int place) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"alertmanager-{place + 1}");

    public AlertmanagerMatch? Of(string? externalUrl, IReadOnlyDictionary<string, string> labels)
    {
        var fitting = _servers
            .Where(server => server.Options.Labels.All(label => labels.GetValueOrDefault(label.Key) == label.Value)).ToList();
        var told = Plain(externalUrl);
        if (told is not null && fitting.FirstOrDefault(server => AddressesOf(server.Options).Contains(told)) is { Client: { } named })
            return new AlertmanagerMatch(named, IsAssumed: false);
        // Servers behind one address, or a text that says none, are told apart by the labels that they give their alerts.
        if (fitting.Where(server => server.Options.Labels.Count > 0 && (told is null || !SaysAddress(server.Options))).ToList()
            is [var labelled])
            return new AlertmanagerMatch(labelled.Client, IsAssumed: false);
        return _servers is [var only] && (told is null || !SaysAddress(only.Options)) && only.Options.Labels.Count == 0
            ? new AlertmanagerMatch(only.Client, IsAssumed: true)
            : null;
    }

    private static bool SaysAddress(AlertmanagerOptions options) =>
        !string.IsNullOrWhiteSpace(options.ExternalUrl) || options.ExternalUrls.Count > 0;

    private static IEnumerable<string?> AddressesOf(AlertmanagerOptions options) =>
        new[] { options.ExternalUrl }.Concat(options.ExternalUrls).Concat(options.Addresses).Select(Plain).Where(url => url is not null);

    /// <summary>Without a slash at the end; hosts in small letters, as addresses have them.</summary>
    private static string? Plain(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.AbsoluteUri.TrimEnd('/') : null;

    private static string NameOf(AlertmanagerOptions options) =>
        !string.IsNullOrWhiteSpace(options.Name) ? options.Name.Trim()
        : Uri.TryCreate(options.Url, UriKind.Absolute, out var url) ? url.Authority : "alertmanager";
}
