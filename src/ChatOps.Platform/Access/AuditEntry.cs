using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace ChatOps.Platform.Access;

/// <summary>One line of the audit, as stored.</summary>
/// <param name="Id">Its place: one more than the entry before.</param>
/// <param name="At">When, in Unix milliseconds.</param>
/// <param name="UserId">The Slack user, or <c>chatops</c>.</param>
/// <param name="Verb">What was done or tried.</param>
/// <param name="Subject">To what.</param>
/// <param name="Role">The role it takes.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Details">JSON.</param>
/// <param name="PreviousHash">The hash of the entry before; empty for the first.</param>
internal sealed record AuditEntry(
    long Id, long At, string UserId, string Verb, string Subject, string Role, string Outcome, string Details, string PreviousHash)
{
    /// <summary>
    /// SHA-256, in hexadecimal, over the fields as one JSON array in UTF-8. An array keeps them apart: no two entries read the same.
    /// </summary>
    public string Hash()
    {
        var canonical = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(canonical))
        {
            json.WriteStartArray();
            json.WriteStringValue(PreviousHash);
            json.WriteNumberValue(Id);
            json.WriteNumberValue(At);
            json.WriteStringValue(UserId);
            json.WriteStringValue(Verb);
            json.WriteStringValue(Subject);
            json.WriteStringValue(Role);
            json.WriteStringValue(Outcome);
            json.WriteStringValue(Details);
            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }
}
