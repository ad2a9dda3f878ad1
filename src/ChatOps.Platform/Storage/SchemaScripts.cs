using System.Reflection;
using System.Text.RegularExpressions;
using DbUp.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Storage;

/// <summary>The schema scripts embedded in an assembly, under a folder <c>Scripts</c>.</summary>
/// <param name="Assembly">The assembly.</param>
public sealed partial record SchemaScripts(Assembly Assembly)
{
    /// <summary>
    /// The scripts for a database. Each is journaled by its file name under one fixed prefix, whichever assembly it is in: a script that
    /// moves to another assembly is not run again.
    /// </summary>
    internal IEnumerable<SqlScript> For(DatabaseKind kind) =>
        from resource in Assembly.GetManifestResourceNames()
        let name = ScriptName().Match(resource)
        where name.Success && (!name.Groups["kind"].Success || name.Groups["kind"].Value == kind.ToString())
        select new SqlScript($"ChatOps.Storage.Scripts.{kind}.{name.Groups["file"].Value}", Read(resource));

    private string Read(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\.Scripts\.(?:(?<kind>[A-Z]\w+)\.)?(?<file>\d{4}_\w+\.sql)$")]
    private static partial Regex ScriptName();
}

/// <summary>Registers schema scripts.</summary>
public static class SchemaScriptsRegistration
{
    /// <summary>Has the migration run the scripts embedded in an assembly.</summary>
    public static IServiceCollection AddSchema(this IServiceCollection services, Assembly assembly) =>
        services.AddSingleton(new SchemaScripts(assembly));
}
