namespace ChatOps.Sandbox.Aws.Sns;

/// <summary>A topic and who is subscribed to it.</summary>
internal sealed class Topic(string account, string region, string name)
{
    public string AccountId => account;

    public string Region => region;

    public string Arn { get; } = $"arn:aws:sns:{region}:{account}:{name}";

    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Attributes that were set; <c>SignatureVersion</c> decides how messages are signed.</summary>
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public string SignatureVersion => Attributes.GetValueOrDefault("SignatureVersion", "1");
}

/// <summary>One subscription; it receives nothing until it is confirmed.</summary>
internal sealed class Subscription(Topic topic, string protocol, string endpoint, string id, string token)
{
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Topic Topic => topic;

    public string Protocol => protocol;

    public string Endpoint => endpoint;

    public string Token => token;

    public string Arn => $"{topic.Arn}:{id}";

    public bool Confirmed => _confirmed.Task.IsCompleted;

    /// <summary>Completes when it is confirmed.</summary>
    public Task Confirmation => _confirmed.Task;

    public void Confirm() => _confirmed.TrySetResult();
}
