using System.Text.Json;
using ChatOps.Aws;
using ChatOps.Platform.Ingest;

namespace ChatOps.Health;

/// <summary>
/// AWS Health's EventBridge events. Dates are RFC 1123, booleans and numbers are text, long lists of resources come in pages, and public
/// events come again from a backup Region; older events lack much of it.
/// </summary>
internal static class HealthEvents
{
    /// <summary>A health event was created or changed.</summary>
    public const string Kind = "aws.health/AWS Health Event";

    private const int MaxEntities = 1000;
    private const int MaxDescription = 12_000;

    /// <summary>Reads one page of an event.</summary>
    /// <exception cref="UnreadableEventException">It does not say which event it is.</exception>
    public static HealthEvent Read(EventBridgeEnvelope envelope)
    {
        JsonElement? json = envelope.Detail;
        var arn = json.Text("eventArn", 1600) ?? throw new UnreadableEventException("'detail.eventArn' is missing or not text.");
        var account = json.Text("affectedAccount", 12) ?? envelope.Account;
        var isPublic = json.Text("eventScopeCode", 32) == "PUBLIC";
        var updated = json.Value.Time("lastUpdatedTime") ?? envelope.Time;
        var (start, end) = (json.Value.Time("startTime"), json.Value.Time("endTime"));
        var code = json.Text("eventTypeCode", 128) ?? "";
        return new HealthEvent
        {
            Id = HealthEvent.IdOf(arn, account, isPublic),
            Arn = arn,
            Accounts = [account],
            // The backup Region's copy says its own in the envelope.
            Region = json.Text("eventRegion", 64)
                ?? (Arn.TryParse(arn, out var parsed) && parsed.Region.Length > 0 ? parsed.Region : envelope.Region),
            Service = json.Text("service", 64) ?? "",
            TypeCode = code,
            Category = json.Text("eventTypeCategory", 64) switch
            {
                "scheduledChange" => HealthCategory.ScheduledChange,
                "accountNotification" => HealthCategory.AccountNotification,
                "investigation" => HealthCategory.Investigation,
                _ => HealthCategory.Issue,
            },
            IsPublic = isPublic,
            Status = json.Text("statusCode", 16) switch
            {
                "closed" => HealthStatus.Closed,
                "upcoming" => HealthStatus.Upcoming,
                "open" => HealthStatus.Open,
                // Older events have no status: what lies ahead is to come.
                _ => start > envelope.Time ? HealthStatus.Upcoming : HealthStatus.Open,
            },
            Start = start,
            End = end,
            UpdatedAt = updated,
            Descriptions = DescriptionsOf(json.Child("eventDescription")),
            Entities =
            [
                .. json.Child("affectedEntities").Items().Take(MaxEntities).Select(entity => EntityOf(entity, updated))
                .OfType<AffectedResource>()
                    .OrderBy(entity => entity.Value, StringComparer.Ordinal),
            ],
        };
    }

    /// <summary>
    /// The newer of the two says how it stands; neither takes away accounts and resources that only the other names. Pure.
    /// </summary>
    /// <returns>The event as it shall be kept; the known one itself when nothing changes.</returns>
    public static HealthEvent Merge(HealthEvent? known, HealthEvent incoming, DateTimeOffset now)
    {
        if (known is null) return incoming with { RecordedAt = now };
        // Its clock counts whole seconds: of two tellings in one, the one that is further on is the newer, then the one that says more.
        var newer = (incoming.UpdatedAt, Step(incoming.Status), Length(incoming)).CompareTo(
            (known.UpdatedAt, Step(known.Status), Length(known))) > 0 ? incoming : known;
        var older = ReferenceEquals(newer, incoming) ? known : incoming;
        var accounts = known.Accounts.Union(incoming.Accounts).Order(StringComparer.Ordinal).ToList();
        var entities = newer.Entities.Concat(older.Entities).GroupBy(entity => entity.Value, StringComparer.Ordinal)
            .Select(group => group.OrderByDescending(entity => entity.At).First() is var latest && latest.Name is null
                ? latest with { Name = group.Select(entity => entity.Name).FirstOrDefault(name => name is not null) }
                : latest)
            .OrderBy(entity => entity.Value, StringComparer.Ordinal).Take(MaxEntities).ToList();
        var descriptions = Descriptions(newer, older);
        var unchanged = ReferenceEquals(newer, known) && accounts.Count == known.Accounts.Count && entities.SequenceEqual(known.Entities)
            && descriptions.Count == known.Descriptions.Count
            && descriptions.All(text => known.Descriptions.GetValueOrDefault(text.Key) == text.Value);
        return unchanged ? known : newer with
        {
            Accounts = accounts,
            Entities = entities,
            Descriptions = descriptions,
            Start = newer.Start ?? known.Start,
            End = newer.End ?? known.End,
            Acknowledged = known.Acknowledged,
            RecordedAt = known.RecordedAt,
            Version = known.Version,
        };
    }

    private static int Length(HealthEvent health) => health.Descriptions.Values.Sum(text => text.Length);

    /// <summary>
    /// The newer's texts. Health appends to them: in one second, the text that goes on where the other ends is the newer.
    /// </summary>
    private static IReadOnlyDictionary<string, string> Descriptions(HealthEvent newer, HealthEvent older)
    {
        if (newer.Descriptions.Count == 0) return older.Descriptions;
        if (newer.UpdatedAt != older.UpdatedAt) return newer.Descriptions;
        return newer.Descriptions.ToDictionary(
            text => text.Key,
            text => older.Descriptions.GetValueOrDefault(text.Key) is { } other && other.StartsWith(text.Value, StringComparison.Ordinal)
                ? other
                : text.Value,
            StringComparer.Ordinal);
    }

    private static int Step(HealthStatus status) => status switch { HealthStatus.Upcoming => 0, HealthStatus.Open => 1, _ => 2 };

    private static Dictionary<string, string> DescriptionsOf(JsonElement? json)
    {
        var descriptions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in json.Items().Take(10))
        {
            var language = (item.Text("language", 16) ?? "en").Split('_', '-')[0].ToLowerInvariant();
            // Some texts have their line breaks written out.
            if (item.Lines("latestDescription", MaxDescription) is { } text)
                descriptions.TryAdd(
                    language, text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Trim());
        }

        return descriptions;
    }

    private static AffectedResource? EntityOf(JsonElement json, DateTimeOffset updated)
    {
        if (json.Text("entityValue", 1224) is not { } value) return null;
        var tags = EventText.Map(json.Child("tags"), 50);
        return new AffectedResource(
            value, json.Text("status", 32), tags.GetValueOrDefault("Name"), json.Time("lastUpdatedTime") ?? updated);
    }
}
