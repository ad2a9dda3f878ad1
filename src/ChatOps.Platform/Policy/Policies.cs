using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Policy;

/// <summary>A policy that was read from a file.</summary>
public interface IPolicy<out T>
{
    /// <summary>The policy; read once.</summary>
    /// <exception cref="PolicyException">The file is wrong.</exception>
    T Value { get; }
}

/// <summary>Registers policies.</summary>
public static class Policies
{
    /// <summary>
    /// Adds <see cref="IPolicy{T}"/> of a file. All files are read when the options are checked at the start, which stops with the faults
    /// of
    /// all of them.
    /// </summary>
    public static IServiceCollection AddPolicy<T>(this IServiceCollection services, string file, Func<PolicyMap, T> read)
        where T : class
    {
        services.TryAddSingleton(provider => new PolicyFolder(
            provider.GetRequiredService<IConfiguration>()["ChatOps:PolicyPath"], Path.Combine(AppContext.BaseDirectory, "policy")));
        services.AddSingleton(new PolicyFile(file));
        services.AddSingleton<IOptionsFactory<T>>(
            provider => new PolicyFactory<T>(provider.GetRequiredService<PolicyFolder>(), file, read));
        services.AddSingleton<Policy<T>>();
        services.AddSingleton<IPolicy<T>>(provider => provider.GetRequiredService<Policy<T>>());
        services.AddSingleton<IPolicyValidator>(provider => provider.GetRequiredService<Policy<T>>());
        services.AddOptions<PolicyFiles>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PolicyFiles>, PolicyValidator>());
        return services;
    }

    private interface IPolicyValidator
    {
        void Check();
    }

    /// <summary>
    /// A policy is an option whose source is a file of its own: read once, and again when <see cref="IOptionsMonitor{T}"/> is told so.
    /// </summary>
    private sealed class Policy<T>(IOptionsMonitor<T> monitor) : IPolicy<T>, IPolicyValidator
        where T : class
    {
        public T Value => monitor.CurrentValue;

        public void Check() => _ = monitor.CurrentValue;
    }

    private sealed class PolicyFactory<T>(PolicyFolder folder, string file, Func<PolicyMap, T> read) : IOptionsFactory<T>
        where T : class
    {
        public T Create(string name) => PolicyDocument.Read(file, folder.Read(file), read);
    }

    /// <summary>Only there to carry the files' faults to where all faults of a start are said together.</summary>
    private sealed class PolicyFiles;

    private sealed class PolicyValidator(PolicyFolder folder, IEnumerable<IPolicyValidator> policies) : IValidateOptions<PolicyFiles>
    {
        public ValidateOptionsResult Validate(string? name, PolicyFiles options)
        {
            if (folder.Fault is { } none) return ValidateOptionsResult.Fail(none);
            var faults = new List<string>();
            foreach (var policy in policies)
            {
                try
                {
                    policy.Check();
                }
                catch (PolicyException e)
                {
                    faults.AddRange(e.Faults);
                }
            }

            // Two that read one file find the same faults in it.
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Distinct());
        }
    }
}
