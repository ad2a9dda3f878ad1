using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ChatOps.Costs;

/// <summary>Costs that Cost Anomaly Detection did not expect. Its amounts are in the payer's currency, which it does not name.</summary>
internal sealed record Anomaly
{
    /// <summary>The kind of its subject.</summary>
    public const string Kind = "anomaly";

    /// <summary>Opaque; made of AWS's id.</summary>
    public required string Id { get; init; }

    /// <summary>AWS's id.</summary>
    public string AwsId { get; init; } = "";

    /// <summary>The account it was told in.</summary>
    public string Account { get; init; } = "";

    /// <summary>What the monitor saw it in, such as a service.</summary>
    public string? Dimension { get; init; }

    /// <summary>The monitor's name; null when it is not said.</summary>
    public string? Monitor { get; init; }

    /// <summary>Its first day.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Its last day; null while it goes on.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>What it costs beyond what was expected.</summary>
    public decimal Impact { get; init; }

    /// <summary>The same as a part of what was expected, 3.33 for 333 %; null when AWS does not say.</summary>
    public decimal? ImpactShare { get; init; }

    /// <summary>What was spent.</summary>
    public decimal? Actual { get; init; }

    /// <summary>What was expected.</summary>
    public decimal? Expected { get; init; }

    /// <summary>Where it comes from, largest first.</summary>
    public IReadOnlyList<RootCause> Causes { get; init; } = [];

    /// <summary>AWS's page of it.</summary>
    public string? Link { get; init; }

    /// <summary>Who looks after it.</summary>
    public Mark? Acknowledged { get; init; }

    /// <summary>Who shall look after it.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>What people said to AWS about it.</summary>
    public AnomalyFeedback? Feedback { get; init; }

    /// <summary>When AWS told of it last.</summary>
    public DateTimeOffset NoticedAt { get; init; }

    /// <summary>Which of its messages is the present one: a larger impact is posted anew.</summary>
    public int Post { get; init; } = 1;

    /// <summary>The impact when it was last posted; null in rows of earlier versions.</summary>
    public decimal? PostedImpact { get; init; }

    /// <summary>The row's version; not part of its JSON.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>The subject of its present message.</summary>
    [JsonIgnore]
    public SubjectId Subject => new(Kind, CostPosts.KeyOf(Id, Post));

    /// <summary>How bad it is.</summary>
    [JsonIgnore]
    public Severity Rank => RankOf(Impact);

    /// <summary>Whether it still needs somebody.</summary>
    [JsonIgnore]
    public bool Open => Acknowledged is null;

    private static Severity RankOf(decimal impact) => impact >= 1000m ? Severity.High : impact >= 100m ? Severity.Medium : Severity.Low;

    /// <summary>The id of AWS's anomaly.</summary>
    public static string IdOf(string awsId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(awsId)))[..20];

    /// <summary>
    /// What AWS says now, with what people decided before. AWS repeats an anomaly as it grows; an older word changes nothing.
    /// </summary>
    public static Anomaly Merge(Anomaly? known, Anomaly incoming)
    {
        if (known is null) return incoming with { PostedImpact = incoming.Impact };
        var older = (incoming.To ?? DateTimeOffset.MaxValue) < (known.To ?? DateTimeOffset.MaxValue) && incoming.Impact < known.Impact;
        if (older) return known;
        // A new rank or twice the impact is worth a sound, a rise of some dollars is not.
        var posted = known.PostedImpact ?? known.Impact;
        var isWorse = RankOf(incoming.Impact) < RankOf(posted) || (posted > 0 && incoming.Impact >= 2 * posted);
        return incoming with
        {
            Post = isWorse ? known.Post + 1 : known.Post,
            PostedImpact = isWorse ? incoming.Impact : posted,
            Acknowledged = known.Acknowledged,
            AssignedTo = known.AssignedTo,
            Feedback = known.Feedback,
            Version = known.Version,
            Monitor = incoming.Monitor ?? known.Monitor,
            Link = incoming.Link ?? known.Link,
            ImpactShare = incoming.ImpactShare ?? known.ImpactShare,
        };
    }
}

/// <summary>Whether an anomaly was one.</summary>
/// <param name="Answer"><c>YES</c>, <c>NO</c> or <c>PLANNED_ACTIVITY</c>, as AWS takes it.</param>
/// <param name="Mark">Who said so.</param>
internal sealed record AnomalyFeedback(string Answer, Mark Mark);

/// <summary>Where an anomaly comes from.</summary>
internal sealed record RootCause(
    string? Service, string? Region, string? Account, string? AccountName, string? UsageType, decimal? Contribution);
