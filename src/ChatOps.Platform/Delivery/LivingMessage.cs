namespace ChatOps.Platform.Delivery;

/// <summary>A row of <c>living_messages</c>: one subject in one channel.</summary>
internal sealed record LivingMessage
{
    /// <summary>The columns, for <c>SELECT</c>.</summary>
    public const string Columns =
        """
        m.id AS Id, m.subject_kind AS Kind, m.subject_key AS Key, m.channel AS Channel, m.target AS Target, m.language AS Language,
          m.rank AS Rank,
        m.version AS Version, m.intent_at AS IntentAt, m.delivery AS Delivery, m.ts AS Ts, m.content_hash AS ContentHash,
          m.created_at AS CreatedAt,
        m.form AS Form, m.refusals AS Refusals, m.asked_at AS AskedAt, m.lost AS Lost,
          m.is_open AS IsOpen
        """;

    public long Id { get; init; }

    public string Kind { get; init; } = "";

    public string Key { get; init; } = "";

    public string Channel { get; init; } = "";

    public string Target { get; init; } = "";

    public string? Language { get; init; }

    public int Rank { get; init; }

    public int IsOpen { get; init; }

    public long Version { get; init; }

    public long? IntentAt { get; init; }

    public string? Delivery { get; init; }

    public string? Ts { get; init; }

    public string? ContentHash { get; init; }

    public long CreatedAt { get; init; }

    public PlainForm Form { get; init; }

    public int Refusals { get; init; }

    public long? AskedAt { get; init; }

    public string? Lost { get; init; }

    public SubjectId Subject => new(Kind, Key);

    /// <summary>A group or storm message, which delivery renders itself.</summary>
    public bool IsBurst => Kind is GroupKinds.Group or GroupKinds.Storm;
}

/// <summary>A waiting row of <c>thread_replies</c>, with where it goes.</summary>
internal sealed record ThreadReply
{
    /// <summary>The columns, for <c>SELECT</c>.</summary>
    public const string Columns =
        """
        r.id AS Id, r.message_id AS MessageId, r.reply AS Reply, r.data AS Data, r.intent_at AS IntentAt, r.delivery AS Delivery,
        m.subject_kind AS Kind, m.subject_key AS Key, m.target AS Target, m.channel AS Channel, m.language AS Language, m.ts AS ThreadTs,
        r.form AS Form, r.refusals AS Refusals, r.asked_at AS AskedAt
        """;

    public long Id { get; init; }

    public long MessageId { get; init; }

    public string Reply { get; init; } = "";

    public string Data { get; init; } = "";

    public long? IntentAt { get; init; }

    public string? Delivery { get; init; }

    public string Kind { get; init; } = "";

    public string Key { get; init; } = "";

    public string Target { get; init; } = "";

    public string Channel { get; init; } = "";

    public string? Language { get; init; }

    public string ThreadTs { get; init; } = "";

    public PlainForm Form { get; init; }

    public int Refusals { get; init; }

    public long? AskedAt { get; init; }

    public SubjectId Subject => new(Kind, Key);
}

/// <summary>The kinds of subjects that are delivery's own.</summary>
internal static class GroupKinds
{
    public const string Group = "group";

    public const string Storm = "storm";
}
