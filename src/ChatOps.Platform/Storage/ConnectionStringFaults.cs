using System.ComponentModel;
using System.Data.Common;
using System.Reflection;
using ChatOps.Kernel.Filters;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ChatOps.Platform.Storage;

/// <summary>
/// What is wrong with the words of a connection string. Both drivers stop at the first, and with an exception of their own kind; their
/// words are looked at here one by one. A password never stands in a fault.
/// </summary>
internal static class ConnectionStringFaults
{
    /// <summary>
    /// A sentence for each word that the driver does not have, and for each value that it cannot read; empty when all is right.
    /// </summary>
    /// <param name="kind">Whose connection string it is.</param>
    /// <param name="connectionString">One that is well formed.</param>
    public static IReadOnlyList<string> Of(DatabaseKind kind, string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var database = kind == DatabaseKind.Postgres ? "PostgreSQL" : "SQLite";
        var words = Words(kind);
        var faults = new List<string>();
        foreach (var word in parts.Keys.Cast<string>())
        {
            var value = parts[word].ToString() ?? "";
            DbConnectionStringBuilder driver =
                kind == DatabaseKind.Postgres ? new NpgsqlConnectionStringBuilder() : new SqliteConnectionStringBuilder();
            try
            {
                driver[word] = value;
            }
            catch (Exception refused) when (refused is ArgumentException or FormatException or InvalidCastException or OverflowException
                or KeyNotFoundException)
            {
                // Keys are folded to small letters; the operator knows the word as it was typed.
                var at = connectionString.IndexOf(word, StringComparison.OrdinalIgnoreCase);
                var typed = at < 0 ? word : connectionString.Substring(at, word.Length);
                faults.Add(words.FirstOrDefault(known => Fold(known.Name) == Fold(word)) is { Name: not null } known
                    ? $"ConnectionStrings:ChatOps holds '{typed}={value}', {Expected(known.Type)}."
                    : $"ConnectionStrings:ChatOps holds '{typed}', which a connection string of {database} does not have." +
                        (NearestText.Of(word, words.Select(each => each.Name)) is { } near ? $" Did you mean {near}?" : ""));
            }
        }

        return faults;
    }

    private static IReadOnlyList<(string Name, Type Type)> Words(DatabaseKind kind) =>
    [
        .. (kind == DatabaseKind.Postgres ? typeof(NpgsqlConnectionStringBuilder) : typeof(SqliteConnectionStringBuilder))
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.CanWrite && property.GetIndexParameters().Length == 0)
            .Select(property => (property.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName ?? property.Name, property.PropertyType)),
    ];

    private static string Fold(string word) => word.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

    private static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsEnum ? $"but must be one of {string.Join(", ", Enum.GetNames(plain))}"
            : plain == typeof(bool) ? "but must be true or false"
            : plain.IsPrimitive ? "which is no number"
            : "which cannot be read";
    }
}
