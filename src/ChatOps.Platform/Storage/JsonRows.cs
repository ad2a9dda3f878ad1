using System.Text.Json;

namespace ChatOps.Platform.Storage;

/// <summary>
/// Whole batches as one parameter, in SQL common to both databases: the rows travel as a JSON array, and the statement reads
/// their fields with <c>r.value ->> 'name'</c> (always text in PostgreSQL: cast numbers with <c>CAST(… AS bigint)</c>).
/// </summary>
/// <example>
/// <c>$"SELECT r.value ->> 'key' FROM {JsonRows.From(uow.Kind, "@rows")} AS r"</c> with <c>rows = JsonSerializer.Serialize(…)</c>.
/// </example>
public static class JsonRows
{
    /// <summary>What to select from; give it an alias whose column is <c>value</c>.</summary>
    public static string From(DatabaseKind kind, string parameter) =>
        kind == DatabaseKind.Postgres ? $"jsonb_array_elements(CAST({parameter} AS jsonb))" : $"json_each({parameter})";

    /// <summary>A list of ids as rows with the one field <c>id</c>.</summary>
    public static string Ids<T>(IEnumerable<T> ids) => JsonSerializer.Serialize(ids.Select(id => new { id }));
}
