using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ChatOps.Findings;

/// <summary>
/// One finding as we know it now, from Security Hub or straight from the service that found it. The record holds facts; how they are said
/// is the message's business.
/// </summary>
public sealed record Finding
{
    /// <summary>Our id: short, opaque, derived from <see cref="Arn"/> and <see cref="ProductArn"/>; safe in a button's value.</summary>
    public required string Id { get; init; }

    /// <summary>ASFF <c>Id</c>, usually an ARN; with <see cref="ProductArn"/> the identity Security Hub itself uses.</summary>
    public required string Arn { get; init; }

    /// <summary>ASFF <c>ProductArn</c>.</summary>
    public required string ProductArn { get; init; }

    /// <summary>ASFF <c>AwsAccountId</c>: the account the finding is in, which may differ from the event's.</summary>
    public required string Account { get; init; }

    /// <summary>The region of the finding.</summary>
    public required string Region { get; init; }

    /// <summary>ASFF <c>Title</c>, without the control's id that AWS puts before some.</summary>
    public required string Title { get; init; }

    /// <summary>How bad it is, or was while it was open: what passes is relabelled INFORMATIONAL by Security Hub.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The label that it bears now where that is not <see cref="Severity"/>; null when they are the same.</summary>
    public Severity? LastLabel { get; init; }

    /// <summary>
    /// The control (<c>S3.8</c>, <c>CIS.1.3</c>), whichever generation of ASFF said it, upper case; null when the finding is not of a
    /// control.
    /// </summary>
    public string? ControlId { get; init; }

    /// <summary>What it is about; several for some controls. The first is the one shown.</summary>
    public required IReadOnlyList<FindingResource> Resources { get; init; }

    /// <summary>How a remediation of it stands; null when nobody tried.</summary>
    public RemediationMark? Remediation { get; init; }

    /// <summary>ASFF <c>Description</c>.</summary>
    public string Description { get; init; } = "";

    /// <summary>The control's id as AWS writes it (<c>Config.1</c>, <c>CIS 1.3</c>).</summary>
    public string? ControlName { get; init; }

    /// <summary>What found it: <c>Security Hub</c>, <c>Inspector</c>, <c>Prowler</c>.</summary>
    public string Product { get; init; } = "";

    /// <summary>Who makes the product: <c>AWS</c>, <c>Amazon</c>, <c>Prowler</c>.</summary>
    public string Company { get; init; } = "";

    /// <summary>ASFF <c>GeneratorId</c>: the rule or detector.</summary>
    public string Generator { get; init; } = "";

    /// <summary>The standards whose control it is, in short (<c>FSBP</c>, <c>CIS 1.2.0</c>).</summary>
    public IReadOnlyList<string> Standards { get; init; } = [];

    /// <summary>
    /// The findings of Security Hub that this one is, when each standard has one of its own for the control; empty when it is one.
    /// </summary>
    public IReadOnlyList<StandardFinding> Members { get; init; } = [];

    /// <summary>ASFF <c>Types</c>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>ASFF <c>Compliance.Status</c>: PASSED, WARNING, FAILED, NOT_AVAILABLE; null when it is not a check.</summary>
    public string? Compliance { get; init; }

    /// <summary>Why the check came to its status, where AWS says.</summary>
    public string? ComplianceReason { get; init; }

    /// <summary>Requirements of other frameworks that it touches (<c>PCI DSS 1.2.1</c>).</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Security Hub's workflow status, with our own acts already in it.</summary>
    public WorkflowStatus Workflow { get; init; }

    /// <summary>ASFF <c>RecordState</c> is ARCHIVED: the provider no longer stands by it.</summary>
    public bool Archived { get; init; }

    /// <summary>ASFF <c>FirstObservedAt</c>, else when it was created.</summary>
    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>ASFF <c>LastObservedAt</c>, else when it was updated.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>ASFF <c>CreatedAt</c>.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>ASFF <c>UpdatedAt</c>, the provider's own clock: what is older changes nothing.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// When Security Hub said so (the event's time, or our reading). Customers' changes (workflow, note) do not move
    /// <see cref="UpdatedAt"/>, so at the same <see cref="UpdatedAt"/> this decides.
    /// </summary>
    public DateTimeOffset ObservedAt { get; init; }

    /// <summary>What the provider advises.</summary>
    public string? RemediationText { get; init; }

    /// <summary>Where the provider explains it; https only.</summary>
    public string? RemediationUrl { get; init; }

    /// <summary>The provider's own page on this finding; https only.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>The note in Security Hub.</summary>
    public FindingNote? Note { get; init; }

    /// <summary>The vulnerabilities of a vulnerable package, the worst first.</summary>
    public IReadOnlyList<Vulnerability> Vulnerabilities { get; init; } = [];

    /// <summary>Who did what, for a threat.</summary>
    public ThreatAction? Threat { get; init; }

    /// <summary>Who acted, in a threat of several steps: users, roles.</summary>
    public IReadOnlyList<string> Actors { get; init; } = [];

    /// <summary>The steps of a threat, the first first; empty when it is one.</summary>
    public IReadOnlyList<ThreatSignal> Signals { get; init; } = [];

    /// <summary>The findings that it is made of, where it is an exposure.</summary>
    public IReadOnlyList<RelatedFinding> Related { get; init; } = [];

    /// <summary>Who said they look after it.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>Who shall look after it.</summary>
    public Assignment? Assigned { get; init; }

    /// <summary>The risk that somebody accepted, and until when.</summary>
    public Suppression? Suppressed { get; init; }

    /// <summary>The suppression that somebody asked for and an approver decides about, or has; null when nobody did.</summary>
    public SuppressionRequest? SuppressionAsked { get; init; }

    /// <summary>Why Security Hub has not taken our last write yet; null when all is well.</summary>
    public WriteFault? WriteFault { get; init; }

    /// <summary>
    /// When somebody decided here about the workflow, and since Security Hub was told, when that was; null when the last word is Security
    /// Hub's own. Only evidence undoes a decision.
    /// </summary>
    public DateTimeOffset? WorkflowActedAt { get; init; }

    /// <summary>When Security Hub's own word last changed the workflow: copies of that status may be told for minutes still.</summary>
    public DateTimeOffset? WorkflowChangedElsewhereAt { get; init; }

    /// <summary>What Security Hub was told of the decision; null before it was, or without one.</summary>
    public DecisionMark? Mark { get; init; }

    /// <summary>What Security Hub's second generation says, which keeps a workflow of its own; null when it said nothing.</summary>
    public SecondGeneration? SecondGeneration { get; init; }

    /// <summary>
    /// The ASFF copy's own <c>UpdatedAt</c> where another form has moved <see cref="UpdatedAt"/> beyond it; null when they are the same.
    /// </summary>
    public DateTimeOffset? AsffUpdatedAt { get; init; }

    /// <summary>When it was first recorded here.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it stopped needing anybody: resolved or archived.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When Security Hub was found to have it no longer: it keeps findings for a time only. Null while it has it.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>The best of the forms in which we were told of it.</summary>
    public FindingForm Form { get; init; }

    /// <summary>The AWS Config rule's name, for a finding of Config.</summary>
    public string? Rule { get; init; }

    /// <summary>Counts every change; a write states the version that it read.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonIgnore]
    public FindingState State => this switch
    {
        { Archived: true } => FindingState.Archived,
        { Workflow: WorkflowStatus.Suppressed } => FindingState.Suppressed,
        { Workflow: WorkflowStatus.Resolved } or { Compliance: "PASSED" } => FindingState.Resolved,
        { Acknowledged: not null } or { Workflow: WorkflowStatus.Notified } => FindingState.Acknowledged,
        _ => FindingState.New,
    };

    /// <summary>Whether it still needs somebody.</summary>
    [JsonIgnore]
    public bool Open => State is FindingState.New or FindingState.Acknowledged;

    /// <summary>Whether Security Hub can be told what people decide: it knows the finding by the id that its API takes.</summary>
    [JsonIgnore]
    public bool InSecurityHub => Form == FindingForm.Asff;

    /// <summary>What it is grouped by in a burst: the control, CVE or generator, with the account.</summary>
    [JsonIgnore]
    public string Group =>
        $"{ControlId ?? (Vulnerabilities is [var first, ..] ? first.Id : null) ?? (Generator.Length > 0 ? Generator : Title)}|{Account}";

    /// <summary>The delivery subject of a finding.</summary>
    [JsonIgnore]
    public SubjectId Subject => SubjectOf(Id);

    /// <summary>The delivery subject of the finding with this id.</summary>
    public static SubjectId SubjectOf(string id) => new("finding", id);

    /// <summary>Our id for a finding's identity: 80 bits of its SHA-256 in lower-case base 32.</summary>
    public static string IdOf(string arn, string productArn)
    {
        const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{productArn}\n{arn}"), hash);
        Span<char> id = stackalloc char[16];
        for (var i = 0; i < id.Length; i++)
        {
            var bit = i * 5;
            var pair = (hash[bit / 8] << 8) | hash[(bit / 8) + 1];
            id[i] = Alphabet[(pair >> (11 - (bit % 8))) & 31];
        }

        return new string(id);
    }
}

/// <summary>A standard's own finding of a control.</summary>
/// <param name="Arn">ASFF <c>Id</c>.</param>
/// <param name="ProductArn">ASFF <c>ProductArn</c>.</param>
/// <param name="Standard">The standard in short, such as <c>CIS 1.4.0</c>; null when it is not known.</param>
/// <param name="Severity">Its label.</param>
/// <param name="Compliance">ASFF <c>Compliance.Status</c>.</param>
/// <param name="Workflow">Its workflow status.</param>
/// <param name="Archived">Whether it is archived.</param>
/// <param name="UpdatedAt">ASFF <c>UpdatedAt</c>.</param>
/// <param name="ObservedAt">When Security Hub said so.</param>
public sealed record StandardFinding(
    string Arn, string ProductArn, string? Standard, Severity Severity, string? Compliance, WorkflowStatus Workflow, bool Archived,
    DateTimeOffset UpdatedAt, DateTimeOffset ObservedAt);

/// <summary>Where a finding stands.</summary>
public enum FindingState
{
    /// <summary>Nobody has said anything yet.</summary>
    New,

    /// <summary>Somebody looks after it.</summary>
    Acknowledged,

    /// <summary>The risk is accepted for a time.</summary>
    Suppressed,

    /// <summary>Security Hub says that it is fixed.</summary>
    Resolved,

    /// <summary>The provider withdrew it, often because the resource is gone.</summary>
    Archived,
}

/// <summary>The forms in which a finding is told; the best first.</summary>
public enum FindingForm
{
    /// <summary>Security Hub's own: with workflow and note.</summary>
    Asff,

    /// <summary>Security Hub's second generation.</summary>
    Ocsf,

    /// <summary>The event of the service that found it (GuardDuty, Inspector, Config): it knows nothing of what people decided.</summary>
    Native,
}

/// <summary>A resource of a finding.</summary>
/// <param name="Arn">ASFF <c>Resources[].Id</c>: an ARN for AWS's own products, anything for others.</param>
/// <param name="Type">ASFF type, for example <c>AwsS3Bucket</c>.</param>
/// <param name="Region">Its region where given.</param>
/// <param name="Tags">Its tags where given.</param>
public sealed record FindingResource(string Arn, string Type, string? Region, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Facts of its <c>Details</c>, as <c>name → value</c>; names as AWS writes them, nested ones by dots.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();
}

/// <summary>A note in Security Hub.</summary>
public sealed record FindingNote(string Text, string By, DateTimeOffset? At);

/// <summary>A vulnerability and what is affected by it.</summary>
/// <param name="Id">The CVE id.</param>
/// <param name="Cvss">The highest base score, 0 to 10.</param>
/// <param name="Epss">The probability of exploitation within 30 days, 0 to 1.</param>
/// <param name="ExploitAvailable">Whether an exploit is known; null when the scanner does not say.</param>
/// <param name="FixAvailable">YES, NO or PARTIAL; null when the scanner does not say.</param>
/// <param name="Packages">The packages that have it.</param>
/// <param name="Url">Where it is described; https only.</param>
public sealed record Vulnerability(
    string Id, double? Cvss, double? Epss, bool? ExploitAvailable, string? FixAvailable, IReadOnlyList<VulnerablePackage> Packages,
    string? Url);

/// <summary>A package that is vulnerable.</summary>
public sealed record VulnerablePackage(string Name, string? Version, string? FixedIn, string? Remediation);

/// <summary>What a threat did.</summary>
public sealed record ThreatAction
{
    /// <summary>ASFF <c>Action.ActionType</c>: AWS_API_CALL, NETWORK_CONNECTION, PORT_PROBE, DNS_REQUEST.</summary>
    public string? Kind { get; init; }

    /// <summary>The address it came from (or went to).</summary>
    public string? Ip { get; init; }

    /// <summary>Its country.</summary>
    public string? Country { get; init; }

    /// <summary>Its city.</summary>
    public string? City { get; init; }

    /// <summary>The organisation that has the address.</summary>
    public string? Organization { get; init; }

    /// <summary>The API called.</summary>
    public string? Api { get; init; }

    /// <summary>The service called.</summary>
    public string? Service { get; init; }

    /// <summary>The port on our side.</summary>
    public string? Port { get; init; }

    /// <summary>The domain asked for.</summary>
    public string? Domain { get; init; }

    /// <summary>INBOUND or OUTBOUND.</summary>
    public string? Direction { get; init; }

    /// <summary>Whether it was blocked.</summary>
    public bool? Blocked { get; init; }

    /// <summary>How often it was seen.</summary>
    public long? Count { get; init; }
}

/// <summary>A step of a threat.</summary>
/// <param name="Name">What was done: <c>s3:GetObject</c>, a finding's type.</param>
/// <param name="FirstSeen">When it was first seen; null when it is not said.</param>
/// <param name="LastSeen">When it was last seen; null when it is not said.</param>
/// <param name="Count">How often; null when it is not said.</param>
/// <param name="Actor">Who did it; null when it is not said.</param>
/// <param name="From">The address or domain it came from; null when it is not said.</param>
/// <param name="Place">Where that is, and whose; null when it is not said.</param>
/// <param name="Resources">What it was done to, by name.</param>
public sealed record ThreatSignal(
    string Name, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, long? Count, string? Actor, string? From, string? Place,
    IReadOnlyList<string> Resources);

/// <summary>A finding that another one is made of.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Arn">Its id.</param>
/// <param name="ProductArn">Its product; empty when it is not said.</param>
/// <param name="Traits">Why it counts, such as <c>Reachability: Publicly Invocable</c>.</param>
public sealed record RelatedFinding(string Title, string Arn, string ProductArn, IReadOnlyList<string> Traits);

/// <summary>Somebody looks after it.</summary>
public sealed record Acknowledgement(string ByUserId, DateTimeOffset At);

/// <summary>Somebody shall look after it.</summary>
public sealed record Assignment(string ToUserId, string ByUserId, DateTimeOffset At);

/// <summary>Somebody accepted the risk. It comes back at <paramref name="Until"/>.</summary>
public sealed record Suppression(string ByUserId, string Reason, DateTimeOffset At, DateTimeOffset Until);

/// <summary>A suppression that takes an approver.</summary>
/// <param name="ByUserId">Who asked: a Slack user.</param>
/// <param name="ByName">Their handle.</param>
/// <param name="Reason">Why the risk is acceptable.</param>
/// <param name="Until">Until when.</param>
/// <param name="At">When they asked.</param>
/// <param name="State">How it stands.</param>
/// <param name="DecidedBy">Who decided: a Slack user; null when nobody did.</param>
/// <param name="DecidedAt">When; null while it waits.</param>
public sealed record SuppressionRequest(
    string ByUserId, string ByName, string Reason, DateTimeOffset Until, DateTimeOffset At,
    SuppressionRequestState State = SuppressionRequestState.Waiting, string? DecidedBy = null, DateTimeOffset? DecidedAt = null);

/// <summary>How a suppression that was asked for stands.</summary>
public enum SuppressionRequestState
{
    /// <summary>Nobody has decided yet.</summary>
    Waiting,

    /// <summary>An approver agreed.</summary>
    Approved,

    /// <summary>An approver said no.</summary>
    Denied,

    /// <summary>The finding changed before anybody decided.</summary>
    Void,

    /// <summary>Nobody answered in time.</summary>
    Expired,
}

/// <summary>What Security Hub was told of a decision that was made here: by this its copies are told from older ones.</summary>
/// <param name="Note">Our part of the note as it was written.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="SeenAt">When Security Hub first told the decision back; null as long as it has not.</param>
/// <param name="IsNoteSeen">Whether it told our note, too.</param>
public sealed record DecisionMark(string Note, DateTimeOffset SentAt, DateTimeOffset? SeenAt = null, bool IsNoteSeen = false);

/// <summary>How a finding stands in Security Hub's second generation.</summary>
/// <param name="Workflow">Its workflow status there.</param>
/// <param name="ObservedAt">When it first said so.</param>
/// <param name="Leads">Whether the finding's own status is this one because people decided there.</param>
public sealed record SecondGeneration(WorkflowStatus Workflow, DateTimeOffset ObservedAt, bool Leads = false);

/// <summary>Security Hub has not taken a write; it is tried again by itself.</summary>
/// <param name="Code">AWS's code.</param>
/// <param name="Message">AWS's message.</param>
/// <param name="Action">The IAM action that was asked for.</param>
/// <param name="Reference">Stands in the log too.</param>
public sealed record WriteFault(string Code, string Message, string Action, string Reference)
{
    /// <summary>The role that may not, by its name; null when AWS does not say.</summary>
    public string? Role { get; init; }

    /// <summary>The ARN on which it may not; null when AWS does not say.</summary>
    public string? Resource { get; init; }

    /// <summary>Which generation of Security Hub has not taken it: 1 or 2.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>When somebody last had it sent again; null when nobody did since it was refused.</summary>
    public DateTimeOffset? SentAgainAt { get; init; }
}
