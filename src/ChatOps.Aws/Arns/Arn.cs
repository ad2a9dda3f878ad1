using System.Diagnostics.CodeAnalysis;

namespace ChatOps.Aws;

/// <summary>
/// An Amazon Resource Name, <c>arn:partition:service:region:account:resource</c>, kept exactly as written:
/// <see cref="ToString"/> gives back the text that was parsed.
/// </summary>
/// <param name="Partition"><c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c> and so on.</param>
/// <param name="Service">The service's namespace (<c>s3</c>, <c>ec2</c>).</param>
/// <param name="Region">Empty for global resources and S3 buckets.</param>
/// <param name="Account">Twelve digits; empty for S3 buckets and API Gateway; <c>aws</c> for what AWS owns.</param>
/// <param name="Resource">Everything after the fifth colon, colons and slashes included.</param>
public readonly record struct Arn(string Partition, string Service, string Region, string Account, string Resource)
    : ISpanParsable<Arn>
{
    /// <summary>The longest ARN accepted, in UTF-16 units (the bound of Security Hub and Resource Groups Tagging).</summary>
    public const int MaxLength = 2048;

    /// <summary>
    /// What kind of resource (<c>instance</c>, <c>role</c>, <c>log-group</c>); empty where the ARN names none (S3, SNS, SQS).
    /// </summary>
    public string ResourceType => Split().Type;

    /// <summary>The resource's own id: for a role with a path, <c>path/name</c>; for a log group, with its <c>:*</c>.</summary>
    public string ResourceId => Split().Id;

    /// <summary>Reads an ARN; false for anything that is not one. Never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Arn arn) => TryParse(text.AsSpan(), out arn);

    /// <inheritdoc cref="TryParse(string?, out Arn)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out Arn arn)
    {
        arn = default;
        Span<Range> parts = stackalloc Range[7];
        if (text.Length > MaxLength || !text.StartsWith("arn:", StringComparison.Ordinal))
            return false;
        // Six parts: the last keeps every further colon.
        if (text.Split(parts[..6], ':') != 6)
            return false;
        ReadOnlySpan<char> partition = text[parts[1]], service = text[parts[2]], region = text[parts[3]], account = text[parts[4]];
        var resource = text[parts[5]];
        if (!IsPartition(partition) || service.IsEmpty || !IsName(service) || !IsName(region) || !IsName(account) || !IsResource(resource))
            return false;
        arn = new Arn(partition.ToString(), service.ToString(), region.ToString(), account.ToString(), resource.ToString());
        return true;
    }

    /// <summary>Reads an ARN.</summary>
    /// <exception cref="FormatException">The text is not an ARN.</exception>
    public static Arn Parse(ReadOnlySpan<char> text) => TryParse(text, out var arn)
        ? arn
        : throw new FormatException($"Not an ARN: expected arn:partition:service:region:account:resource, got '{Excerpt(text)}'.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static Arn Parse(string text) => Parse(text.AsSpan());

    /// <summary>The ARN as text; empty for a default value.</summary>
    public override string ToString() => Partition is null ? "" : $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";

    static Arn IParsable<Arn>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan());
    static bool IParsable<Arn>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Arn result) =>
        TryParse(s, out result);
    static Arn ISpanParsable<Arn>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);
    static bool ISpanParsable<Arn>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Arn result) => TryParse(s, out result);

    private (string Type, string Id) Split()
    {
        var resource = Resource ?? "";
        // A bucket's objects follow the bucket after a slash: neither is a type.
        if (Service == "s3" && Account.Length == 0)
            return ("", resource);
        // API Gateway starts its resource with a slash: /restapis/ID.
        var start = resource.StartsWith('/') ? 1 : 0;
        var cut = resource.AsSpan(start).IndexOfAny('/', ':');
        return cut < 0 ? ("", resource) : (resource[start..(start + cut)], resource[(start + cut + 1)..]);
    }

    private static bool IsPartition(ReadOnlySpan<char> text) =>
        text.StartsWith("aws", StringComparison.Ordinal) && (text.Length == 3 || text[3] == '-') && IsName(text);

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }
        return text.Length <= 64;
    }

    // Alarm names hold spaces and any script; control characters and broken surrogates are nobody's name.
    private static bool IsResource(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static string Excerpt(ReadOnlySpan<char> text) => text.Length <= 80 ? text.ToString() : $"{text[..80]}…";
}
