using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;

namespace ChatOps.Tests.Kit;

/// <summary>The routes as shipped.</summary>
internal sealed class ShippedRoutes : IPolicy<Routes>
{
    public Routes Value { get; } = Current();

    public static Routes Read(string yaml) => PolicyDocument.Read(Routes.File, yaml, RoutesFile.Read);

    public static Routes Current() => Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy", Routes.File)));
}
