namespace ChatOps.Aws;

/// <summary>The <c>ChatOps:Aws</c> section.</summary>
public sealed class AwsOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Aws";

    /// <summary>The access key id of calls to a loopback <see cref="ServiceUrl"/>: the sandbox's.</summary>
    public const string LoopbackAccessKey = "AKIASANDBOX";

    /// <summary>The secret key that belongs to <see cref="LoopbackAccessKey"/>. It opens nothing but the sandbox.</summary>
    public const string LoopbackSecretKey = "sandbox-secret";

    /// <summary>The home Region: ours, where Security Hub aggregates and STS is asked.</summary>
    public string Region { get; set; } = "";

    /// <summary>
    /// One address for every service, for the sandbox and tests; null to use AWS. On loopback, calls are signed with
    /// <see cref="LoopbackAccessKey"/>, and the machine's own credentials stay out of it.
    /// </summary>
    public string? ServiceUrl { get; set; }

    /// <summary>Where configuration lives in SSM Parameter Store; null when it is not read.</summary>
    public string? ParameterPrefix { get; set; }

    /// <summary>How long one attempt of a call may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is tried again after throttling or a fault of the service.</summary>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Whether <see cref="ServiceUrl"/> is on this machine.</summary>
    public bool IsLoopback => Uri.TryCreate(ServiceUrl, UriKind.Absolute, out var url) && url.IsLoopback;

    /// <summary>The accounts we look after.</summary>
    public IList<AwsAccountOptions> Accounts { get; } = [];
}

/// <summary>One entry of <c>ChatOps:Aws:Accounts</c>.</summary>
public sealed class AwsAccountOptions
{
    /// <summary>Twelve digits.</summary>
    public string Id { get; set; } = "";

    /// <summary>What people call it; its id when left out.</summary>
    public string? Name { get; set; }

    /// <summary>The role assumed there; null for the account whose credentials the bot already has.</summary>
    public string? RoleArn { get; set; }

    /// <summary>The Regions looked after; the home Region when empty.</summary>
    public IList<string> Regions { get; } = [];
}

/// <summary>The <c>ChatOps:Ingest:Sns</c> section: whose messages we take.</summary>
public sealed class SnsOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Ingest:Sns";

    /// <summary>The topics taken; a message of any other is refused. Empty: none is.</summary>
    public IList<string> TopicArns { get; } = [];

    /// <summary>
    /// How old a message may be: an hour, the longest that SNS retries an HTTPS delivery, and five minutes for the clocks.
    /// A younger replay is harmless, because a <c>MessageId</c> is taken once.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(65);

    /// <summary>
    /// Whether the signing certificate must also chain up to a root that this machine trusts. Off: it was fetched over TLS from
    /// SNS's own host, which proves as much, and AWS serves it without the intermediates that building the chain would fetch.
    /// </summary>
    public bool CheckCertificateChain { get; set; }
}
