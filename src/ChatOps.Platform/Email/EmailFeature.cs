using ChatOps.Platform.Operations;
using ChatOps.Platform.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Email;

/// <summary>E-mail: an outbox that domains write to in their transactions, and a worker that sends.</summary>
public static class EmailFeature
{
    /// <summary>Adds <see cref="IEmailOutbox"/> and its worker, configured by <c>ChatOps:Email</c>. Needs storage.</summary>
    public static IServiceCollection AddEmail(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EmailOptions>().Bind(configuration.GetSection(EmailOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddWork();
        services.TryAddSingleton<WorkSignal<ClaimedEmail>>();
        services.AddSingleton<EmailStore>();
        services.AddSingleton<IEmailOutbox, EmailOutbox>();
        services.AddSingleton<IEmailTransport, SmtpTransport>();
        // The host alone is read here: another setting that cannot be read is told with all other faults.
        if (new EmailOptions { Host = configuration[$"{EmailOptions.Section}:{nameof(EmailOptions.Host)}"] }.IsOn)
            services.AddDueWork<ClaimedEmail, EmailSender>(EmailStore.Work);
        services.AddSingleton<IStatusSection, EmailStatus>();
        return services;
    }
}
