using ChatOps.Platform.Dependencies;
using ChatOps.Platform.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Platform.Doctor;

/// <summary>The examination of the bot's surroundings: <c>/chatops doctor</c> and the host's <c>doctor</c>.</summary>
public static class DoctorFeature
{
    /// <summary>Adds the checks of the platform. Needs <see cref="DependenciesFeature"/>, routes and delivery.</summary>
    public static IServiceCollection AddDoctor(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDoctorCheck, ChannelsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDoctorCheck, ClockCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDoctorCheck, AwsServicesCheck>());
        services.AddSingleton(provider => new DoctorExamination(
            [
                .. provider.GetRequiredService<UsedDependencies>().Probes.Where(probe => !probe.IsObserved)
                    .Select(probe => new DependencyCheck(probe)),
                .. provider.GetServices<IDoctorCheck>(),
            ],
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IChatOpsVerb, DoctorVerb>();
        return services;
    }
}
