namespace ChatOps.Platform.Prometheus;

/// <summary>
/// Alertmanager's API (<c>/api/v2</c>), of an Alertmanager of one's own or of an AMP workspace; requests to the latter are signed.
/// </summary>
/// <remarks>
/// Every method throws <see cref="AlertmanagerException"/> with the server's own words when it refuses or does not answer.
/// </remarks>
public interface IAlertmanager
{
    /// <summary>Whether one is configured; without it, silences are kept by ourselves alone.</summary>
    bool IsConfigured { get; }

    /// <summary>Its name; empty for the first server, whose rows of earlier versions have none.</summary>
    string Name => "";

    /// <summary>Which peer answers and since when it runs; null when the server does not say it.</summary>
    Task<AlertmanagerState?> StateAsync(CancellationToken cancellationToken) => Task.FromResult<AlertmanagerState?>(null);

    /// <summary>Makes a silence; its id. Not repeatable: asked twice, there are two.</summary>
    Task<string> CreateSilenceAsync(NewSilence silence, CancellationToken cancellationToken);

    /// <summary>The silences it knows, the expired ones of the last days included.</summary>
    Task<IReadOnlyList<Silence>> SilencesAsync(CancellationToken cancellationToken);

    /// <summary>One silence; null when there is none with that id.</summary>
    Task<Silence?> SilenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ends a silence now; one that has ended, or is not known, is as good as ended.</summary>
    Task ExpireSilenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>The alerts it knows now, the silenced ones included.</summary>
    Task<IReadOnlyList<ActiveAlert>> AlertsAsync(CancellationToken cancellationToken);
}

/// <summary>A condition on a label.</summary>
/// <param name="Name">The label.</param>
/// <param name="Value">What it must be.</param>
/// <param name="IsRegex">Whether the value is a regular expression.</param>
/// <param name="IsEqual">False for 'must not be'.</param>
public sealed record Matcher(string Name, string Value, bool IsRegex = false, bool IsEqual = true)
{
    /// <summary>As PromQL and amtool write it: <c>alertname="HighErrorRate"</c>.</summary>
    public override string ToString() =>
        $"{Name}{(IsEqual ? (IsRegex ? "=~" : "=") : (IsRegex ? "!~" : "!="))}\"" +
            $"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Whether an alert's labels fulfil it; a label it does not have is empty. A regular expression must match whole.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Name, "");
        bool equal;
        try
        {
            equal = IsRegex
                ? System.Text.RegularExpressions.Regex.IsMatch(
                    value, $"^(?:{Value})$", System.Text.RegularExpressions.RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100))
                : value == Value;
        }
        catch (Exception fault) when (fault is ArgumentException or System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            return false;
        }

        return equal == IsEqual;
    }
}

/// <summary>A silence to be made.</summary>
public sealed record NewSilence(
    IReadOnlyList<Matcher> Matchers, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string CreatedBy, string Comment)
{
    /// <summary>The silence that it takes the place of: an extension. Null for a new one.</summary>
    public string? Id { get; init; }
}

/// <summary>A silence as Alertmanager has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Matchers">The alerts it silences.</param>
/// <param name="StartsAt">Its first moment.</param>
/// <param name="EndsAt">The moment it ends.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Comment">Why.</param>
/// <param name="State">Whether it holds now.</param>
public sealed record Silence(
    string Id, IReadOnlyList<Matcher> Matchers, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string CreatedBy, string Comment,
    SilenceState State);

/// <summary>Whether a silence holds.</summary>
public enum SilenceState
{
    /// <summary>It holds now.</summary>
    Active,

    /// <summary>It is yet to begin.</summary>
    Pending,

    /// <summary>It is over.</summary>
    Expired,
}

/// <summary>An alert as Alertmanager has it.</summary>
/// <param name="Fingerprint">Its identity.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="StartsAt">Since when it fires.</param>
/// <param name="IsSuppressed">Whether it is silenced or inhibited.</param>
/// <param name="SilencedBy">Ids of the silences that hold it.</param>
public sealed record ActiveAlert(
    string Fingerprint, IReadOnlyDictionary<string, string> Labels, DateTimeOffset StartsAt, bool IsSuppressed,
    IReadOnlyList<string> SilencedBy)
{
    /// <summary>Fingerprints of the alerts that inhibit it.</summary>
    public IReadOnlyList<string> InhibitedBy { get; init; } = [];

    /// <summary>Names of the time intervals that mute its route.</summary>
    public IReadOnlyList<string> MutedBy { get; init; } = [];

    /// <summary>The receivers that its routes name.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>What its rule says about it now; null when that was not said.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Where its rule can be seen.</summary>
    public string? GeneratorUrl { get; init; }
}

/// <summary>Which Alertmanager answers, and since when it runs.</summary>
/// <param name="Peer">Its address.</param>
/// <param name="StartedAt">When it started; null when it does not say.</param>
public sealed record AlertmanagerState(string Peer, DateTimeOffset? StartedAt);

/// <summary>Alertmanager refused or could not be reached.</summary>
/// <param name="message">A sentence that may be shown.</param>
/// <param name="mayPass">Whether trying again later may help: it was away, or overloaded.</param>
/// <param name="cause">What it stands on.</param>
public sealed class AlertmanagerException(string message, bool mayPass, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether trying again later may help.</summary>
    public bool MayPass { get; } = mayPass;
}
