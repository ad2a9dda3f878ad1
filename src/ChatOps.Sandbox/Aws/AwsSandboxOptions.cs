namespace ChatOps.Sandbox.Aws;

/// <summary>How the local AWS behaves and where the bot is. The addresses are set once the listeners know their ports.</summary>
public sealed class AwsSandboxOptions
{
    /// <summary>The access key of the home account's user.</summary>
    public const string AccessKeyId = "AKIASANDBOX";

    /// <summary>The secret that belongs to <see cref="AccessKeyId"/>. It opens nothing but the sandbox.</summary>
    public const string SecretAccessKey = "sandbox-secret";

    /// <summary>The home account, called "prod".</summary>
    public const string ProdAccount = "111122223333";

    /// <summary>The member account, called "stage".</summary>
    public const string StageAccount = "444455556666";

    /// <summary>The home region, into which findings of other regions are aggregated.</summary>
    public const string HomeRegion = "ap-northeast-2";

    /// <summary>The second region.</summary>
    public const string OtherRegion = "us-east-1";

    /// <summary>The topic through which some events reach the bot.</summary>
    public const string TopicArn = "arn:aws:sns:ap-northeast-2:111122223333:chatops";

    /// <summary>The queue through which some events reach the bot.</summary>
    public const string QueueName = "chatops-events";

    /// <summary>What the API destination sends as <c>X-Api-Key</c>.</summary>
    public const string EventBridgeKey = "sandbox-eventbridge-key";

    /// <summary>The bearer token of the Alertmanager webhook.</summary>
    public const string AlertmanagerToken = "sandbox-alertmanager-token";

    /// <summary>The bot's address; null until known, and events wait.</summary>
    public Uri? BotUrl { get; set; }

    /// <summary>This AWS's own address, as written into certificate, subscription and queue URLs.</summary>
    public Uri PublicUrl { get; set; } = new("http://localhost:5082");

    /// <summary>How long one step of an automation takes.</summary>
    public TimeSpan StepDuration { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long after a change a control is evaluated again.</summary>
    public TimeSpan EvaluationDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The first wait before an event is sent again; it doubles with every try, up to 30 seconds.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many times an event is sent before it is given up. EventBridge gives up after 185 tries.</summary>
    public int DeliveryAttempts { get; set; } = 185;

    /// <summary>How many events are on their way to the bot at the same time.</summary>
    public int ConcurrentDeliveries { get; set; } = 8;

    /// <summary>About how many resources the accounts hold besides those that the scenarios need.</summary>
    public int EstateSize { get; set; } = 3200;

    /// <summary>Whether the scenarios that travel by SQS do; without a bot that reads the queue they go by EventBridge.</summary>
    public bool BotReadsQueue { get; set; }
}
