namespace ChatOps.Sandbox.Slack;

/// <summary>An answer <c>ok:false</c> with Slack's error code, and for Block Kit the messages that name the place.</summary>
internal sealed class SlackRefusal(string code, IReadOnlyList<string>? messages = null) : Exception(code)
{
    public string Code { get; } = code;
    public IReadOnlyList<string> Messages { get; } = messages ?? [];
}
