using System.Text.Json.Serialization;

namespace ChatOps.Reports;

/// <summary>A report that was, or is being, made.</summary>
/// <param name="Id">What may not be sent twice: <c>daily-2026-03-04</c>.</param>
/// <param name="Kind">What asked for it.</param>
/// <param name="Period">The time it is about.</param>
internal sealed record Report(string Id, ReportKind Kind, ReportPeriod Period)
{
    /// <summary>The kind of its delivery subject.</summary>
    public const string SubjectKind = "report";

    /// <summary>Its delivery subject.</summary>
    public SubjectId Subject => new(SubjectKind, Id);
}

/// <summary>What asked for a report.</summary>
internal enum ReportKind
{
    /// <summary>The timetable.</summary>
    Daily,

    /// <summary>Somebody: the 24 hours until now.</summary>
    Now,

    /// <summary>Somebody: the whole day before.</summary>
    Yesterday,
}

/// <summary>A report in one language, as it is kept: Slack's messages are rendered from it at any time.</summary>
internal sealed record Edition
{
    /// <summary>Two letters.</summary>
    public required string Language { get; init; }

    /// <summary>Its heading, with the day.</summary>
    public required string Title { get; init; }

    /// <summary>The time it is about, in words.</summary>
    public required string Period { get; init; }

    /// <summary>How it was, over all sections.</summary>
    public required ReportVerdictLevel Mood { get; init; }

    /// <summary>The one sentence.</summary>
    public required string Judgement { get; init; }

    /// <summary>At most five.</summary>
    public required IReadOnlyList<ReportFigure> Figures { get; init; }

    /// <summary>The sections, from the top.</summary>
    public required IReadOnlyList<EditionSection> Sections { get; init; }

    /// <summary>The composed picture as a Slack file; null when there is none.</summary>
    public EditionPicture? Picture { get; init; }
}

/// <summary>A section of an edition.</summary>
internal sealed record EditionSection
{
    /// <summary>Its source.</summary>
    public required string Id { get; init; }

    /// <summary>Its heading.</summary>
    public required string Title { get; init; }

    /// <summary>Why it could not be read; the rest is then empty.</summary>
    public string? Fault { get; init; }

    /// <summary>Its figures.</summary>
    public IReadOnlyList<ReportFigure> Figures { get; init; } = [];

    /// <summary>Its sentences.</summary>
    public IReadOnlyList<ReportLine> Lines { get; init; } = [];

    /// <summary>Its tables.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Its own pictures as Slack files.</summary>
    public IReadOnlyList<EditionPicture> Pictures { get; init; } = [];
}

/// <summary>A picture of an edition.</summary>
/// <param name="FileId">Slack's file; null when the upload failed.</param>
/// <param name="Alt">What it shows.</param>
internal sealed record EditionPicture(string? FileId, string Alt);

/// <summary>How editions are kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Edition))]
[JsonSerializable(typeof(ReportReplyData))]
internal sealed partial class ReportJson : JsonSerializerContext;

/// <summary>What a thread reply is about.</summary>
/// <param name="Section">The section's source.</param>
internal sealed record ReportReplyData(string Section);
