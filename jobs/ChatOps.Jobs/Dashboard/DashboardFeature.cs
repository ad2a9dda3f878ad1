using ChatOps.Platform.Storage;
using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatOps.Jobs;

/// <summary>Hangfire's dashboard: there only where <see cref="DashboardOptions"/> say so, and nothing of it is loaded otherwise.</summary>
public static class DashboardFeature
{
    /// <summary>The dashboard's path.</summary>
    public const string Path = "/hangfire";

    /// <summary>
    /// Scripts, styles and fonts are Hangfire's own files; it sets widths by <c>style</c> attributes, and its icon is a data URL.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds sign-in and antiforgery. Needs <c>AddStorage</c>, for replicas share the keys of the antiforgery tokens.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section);
        if (!Options(configuration).IsOn) return services;
        services.AddSingleton<IGlobalConfiguration>(GlobalConfiguration.Configuration).AddSingleton(DashboardRoutes.Routes);
        services.AddSingleton<DashboardPassword>();
        services.AddAuthenticationCore().AddWebEncoders().TryAddSingleton(TimeProvider.System);
        const string Scheme = DashboardAuthenticationHandler.SchemeName;
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, DashboardAuthenticationHandler>(Scheme, null);
        services.AddAuthorizationBuilder().AddPolicy(Scheme, policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser());
        services.AddSharedProtectionKeys();
        // Hangfire checks its buttons against ASP.NET's antiforgery as soon as that is registered.
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "chatops-antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>Opens the dashboard where it was added.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        if (!Options(app.Configuration).IsOn) return app;
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Path), branch => branch.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XFrameOptions = "DENY";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        }));
        app.MapHangfireDashboard(
            Path,
            new Hangfire.DashboardOptions
            {
                DashboardTitle = "ChatOps",
                AppPath = null,
                DisplayStorageConnectionString = false,
                // The policy below decides.
                Authorization = [],
            },
            app.Services.GetRequiredService<JobStorage>()).RequireAuthorization(DashboardAuthenticationHandler.SchemeName);
        return app;
    }

    /// <summary>Read before the host is built. A flag that cannot be read counts as off, and is told with all other faults.</summary>
    private static DashboardOptions Options(IConfiguration configuration)
    {
        var section = configuration.GetSection(DashboardOptions.Section);
        return new DashboardOptions
        {
            User = section[nameof(DashboardOptions.User)],
            Password = section[nameof(DashboardOptions.Password)],
            OpenOnLoopback = bool.TryParse(section[nameof(DashboardOptions.OpenOnLoopback)], out var open) && open,
        };
    }
}
