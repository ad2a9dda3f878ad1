using ChatOps.Platform.Policy;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOps.Platform.Routing;

/// <summary>Registers the routes.</summary>
public static class RoutingFeature
{
    /// <summary>Adds <c>IPolicy&lt;Routes&gt;</c>, read from <c>routes.yaml</c> and checked at the start.</summary>
    public static IServiceCollection AddRoutes(this IServiceCollection services) => services.AddPolicy(Routes.File, RoutesFile.Read);
}
