using System.Reflection;
using ChatOps.Platform.Storage;

namespace ChatOps.Tests.Kit;

/// <summary>The schema of whatever part of the product lies beside the tests that run.</summary>
public static class ProductSchema
{
    public static IReadOnlyList<SchemaScripts> Scripts { get; } =
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "ChatOps.*.dll").Order(StringComparer.Ordinal)
            .Select(file => new SchemaScripts(Assembly.LoadFrom(file)))];
}
