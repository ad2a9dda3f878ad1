namespace ChatOps.Slack.Interactions;

/// <summary>How Socket Mode's connection stands; for whoever shows it.</summary>
public sealed class SocketModeState
{
    private volatile string? _reason = "connecting";

    /// <summary>Whether Slack has greeted us on the socket.</summary>
    public bool IsConnected => _reason is null;

    /// <summary>
    /// Why there is no connection; null while there is one. Slack's code where it gave one, such as <c>link_disabled</c>.
    /// </summary>
    public string? Reason => _reason;

    internal void Connected() => _reason = null;

    internal void Lost(string reason) => _reason = reason;
}
