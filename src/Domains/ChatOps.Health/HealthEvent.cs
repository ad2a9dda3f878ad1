using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ChatOps.Health;

/// <summary>One event of AWS Health as we know it now, put together of all pages and copies in which AWS told of it.</summary>
internal sealed record HealthEvent
{
    /// <summary>Our id: short, opaque, safe in a button's value.</summary>
    public required string Id { get; init; }

    /// <summary>Health's <c>eventArn</c>.</summary>
    public required string Arn { get; init; }

    /// <summary>The affected accounts: one, but for a public event, which is the same for all of them.</summary>
    public required IReadOnlyList<string> Accounts { get; init; }

    /// <summary>Where it happens: <c>eventRegion</c>, which need not be the envelope's; <c>global</c> for what has no Region.</summary>
    public required string Region { get; init; }

    /// <summary>The service as Health writes it: <c>EC2</c>, <c>ELASTICLOADBALANCING</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Health's <c>eventTypeCode</c>: <c>AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED</c>.</summary>
    public required string TypeCode { get; init; }

    /// <summary>What kind of event it is.</summary>
    public HealthCategory Category { get; init; }

    /// <summary>Whether it concerns everybody in the Region, and not these accounts alone.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Where it stands.</summary>
    public HealthStatus Status { get; init; }

    /// <summary>When it starts, or started.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it ends, or ended.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Health's own clock: what is older changes nothing.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What AWS writes about it, by language (<c>en</c>).</summary>
    public IReadOnlyDictionary<string, string> Descriptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The affected resources, of all pages, in the order of their names.</summary>
    public IReadOnlyList<AffectedResource> Entities { get; init; } = [];

    /// <summary>Who said they look after it.</summary>
    public HealthAcknowledgement? Acknowledged { get; init; }

    /// <summary>When it was first recorded here.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>Counts every change; a write states the version that it read.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>Whether it still needs somebody.</summary>
    [JsonIgnore]
    public bool Open => Status != HealthStatus.Closed;

    /// <summary>How bad it is: Health does not say, its categories and the two services that speak of misuse do.</summary>
    [JsonIgnore]
    public Severity Rank => (Service, Category) switch
    {
        ("RISK", _) => Severity.Critical,
        ("ABUSE", _) => Severity.High,
        (_, HealthCategory.Issue or HealthCategory.Investigation) => Severity.High,
        (_, HealthCategory.ScheduledChange) => Severity.Medium,
        _ => Severity.Low,
    };

    /// <summary>The delivery subject.</summary>
    [JsonIgnore]
    public SubjectId Subject => SubjectOf(Id);

    /// <summary>What it is grouped by in a burst: one retirement in many accounts is one matter.</summary>
    [JsonIgnore]
    public string Group => TypeCode;

    /// <summary>The delivery subject of the event with this id.</summary>
    public static SubjectId SubjectOf(string id) => new("health", id);

    /// <summary>
    /// Our id: of the event and the affected account. A public event is not of any account, and an organization hears of it once for each.
    /// </summary>
    public static string IdOf(string arn, string account, bool isPublic) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{arn}\n{(isPublic ? "" : account)}"))[..10]);
}

/// <summary>Health's <c>eventTypeCategory</c>.</summary>
internal enum HealthCategory
{
    /// <summary>Something does not work.</summary>
    Issue,

    /// <summary>AWS will change something.</summary>
    ScheduledChange,

    /// <summary>A notice to the account.</summary>
    AccountNotification,

    /// <summary>AWS looks into something.</summary>
    Investigation,
}

/// <summary>Health's <c>statusCode</c>.</summary>
internal enum HealthStatus
{
    /// <summary>It goes on.</summary>
    Open,

    /// <summary>It has not begun.</summary>
    Upcoming,

    /// <summary>It is over.</summary>
    Closed,
}

/// <summary>An affected resource.</summary>
/// <param name="Value">As Health writes it: an ARN, or an id alone.</param>
/// <param name="Status">IMPAIRED, UNIMPAIRED, PENDING, RESOLVED; null where Health does not say.</param>
/// <param name="Name">Its Name tag, where Health gives the tags.</param>
/// <param name="At">When Health said so.</param>
internal sealed record AffectedResource(string Value, string? Status, string? Name, DateTimeOffset At);

/// <summary>Somebody looks after it.</summary>
internal sealed record HealthAcknowledgement(string ByUserId, DateTimeOffset At);

/// <summary>How health events are kept as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(HealthEvent))]
[JsonSerializable(typeof(HealthReplyData))]
internal sealed partial class HealthJson : JsonSerializerContext;
