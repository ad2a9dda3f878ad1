using ChatOps.Aws;
using ChatOps.Jobs;
using ChatOps.Platform.Access;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Dependencies;
using ChatOps.Platform.Doctor;
using ChatOps.Platform.Email;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using Microsoft.Extensions.Options;

namespace ChatOps.Bot;

/// <summary>Puts the bot together. The sandbox and the tests call it too, so what they try is what runs in production.</summary>
public static partial class BotHost
{
    /// <summary>Where the bot listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    private const string NoDatabase = "Data Source=:memory:";

    /// <summary>Builds the whole bot; nothing runs yet.</summary>
    /// <param name="args">Command line: configuration as <c>--key=value</c>.</param>
    /// <param name="configure">Changes to the builder before it is built, for the sandbox and tests: configuration, a clock, a
    /// port.</param>
    /// <exception cref="OptionsValidationException">The configuration is wrong; several faults come as an
    /// <see cref="AggregateException"/>.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null) =>
        Create(args, configure, reported: null);

    /// <param name="args">As above.</param>
    /// <param name="configure">As above.</param>
    /// <param name="reported">Is told of what is wrong with the settings.</param>
    internal static WebApplication Create(
        string[] args, Action<WebApplicationBuilder>? configure, Action<SettingsReport>? reported)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls(DefaultUrl);
        configure?.Invoke(builder);
        builder.Configuration.AddParameterStore();
        // By itself ASP.NET reads endpoints and certificates of this section, no limits.
        builder.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(
            builder.Configuration.GetSection("Kestrel"));
        AddProduct(builder.Services, builder.Configuration);
        var settings = SettingsCheck.Run(builder.Services, builder.Configuration);
        builder.Services.AddFaults([.. ListenFaults(builder.Configuration), .. settings.Faults]);

        var app = builder.Build();
        settings = settings with { Doubts = [.. settings.Doubts, .. app.FileDoubts()] };
        foreach (var doubt in settings.Doubts) LogDoubt(app.Logger, doubt);
        reported?.Invoke(settings);
        // Here and not when the host starts: mapping endpoints already reads options, and a fault would then be told alone and logged with
        // a stack.
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch
        {
            // What was logged so far is to be seen beside the faults.
            ((IDisposable)app).Dispose();
            throw;
        }

        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // What cannot be read as HTTP is the sender's fault and has its own status.
            StatusCodeSelector = fault => fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
        });
        app.MapSlack();
        app.MapIngest();
        app.MapDashboard();
        app.MapHealth();
        app.MapTelemetry();
        return app;
    }

    private static void AddProduct(IServiceCollection services, ConfigurationManager configuration)
    {
        // Without a database the rest is still put together, so that its faults are found in the same start.
        var connectionString = services.AddDatabase(configuration);
        services.AddAws(configuration);
        services.AddSlack(configuration.GetSection(SlackOptions.Section).Bind);
        services.AddLocalization(configuration);
        services.AddAccess();
        services.AddCharts();
        services.AddEmail(configuration);
        services.AddRoutes();
        services.AddIngest();
        services.AddDelivery();
        services.AddOperations();
        services.AddDoctor();
        services.AddPrometheus(configuration);
        services.AddDependencies();
        services.AddFindings(configuration);
        services.AddRemediation(configuration);
        services.AddAwsHealth();
        services.AddAssets(configuration);
        services.AddTagging();
        services.AddAlerts(configuration);
        services.AddCosts();
        services.AddReports(configuration);
        services.AddJobs(connectionString);
        services.AddDashboard(configuration);
        services.AddProblemDetails();
        services.AddShutdown();
        services.AddHealth();
        services.AddTelemetry(configuration);
    }

    private static void AddShutdown(this IServiceCollection services)
    {
        services.AddOptions<ShutdownOptions>().BindConfiguration(ShutdownOptions.Section)
            .Validate(
                options => options.ServeFor >= TimeSpan.Zero && options.ServeFor <= TimeSpan.FromSeconds(60),
                "ChatOps:Shutdown:ServeFor must be from 0 to 60 s.")
            .ValidateOnStart();
        services.AddSingleton<DrainingLifetime>().AddSingleton<IHostLifetime>(
            provider => provider.GetRequiredService<DrainingLifetime>());
        // With the ten seconds of serving on, half a minute in all, also when Slack hangs.
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(15));
    }

    private static string AddDatabase(this IServiceCollection services, ConfigurationManager configuration)
    {
        var connectionString = configuration.GetConnectionString("ChatOps");
        string? fault = null;
        try
        {
            if (string.IsNullOrWhiteSpace(connectionString))
                fault = "ConnectionStrings:ChatOps is missing. Write 'Host=…;Database=…;Username=…' for PostgreSQL or 'Data " +
                    "Source=chatops.db' for SQLite.";
            else services.AddStorage(connectionString);
        }
        catch (ArgumentException wrong)
        {
            fault = wrong.Message.Split(" (Parameter", StringSplitOptions.None)[0];
        }

        if (fault is not null) services.AddFaults([fault]);
        if (fault is null) return connectionString!;
        // The start stops at this fault, but only together with all others.
        services.AddStorage(NoDatabase);
        return NoDatabase;
    }

    /// <summary>Has the start stop at these faults, together with all others.</summary>
    private static void AddFaults(this IServiceCollection services, IReadOnlyList<string> faults) =>
        services.AddOptions<HostSetting>().Validate(_ => faults.Count == 0, string.Join('\n', faults)).ValidateOnStart();

    private static IEnumerable<string> ListenFaults(ConfigurationManager configuration) =>
        (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(url => !IsAddress(url))
            .Select(url => $"ASPNETCORE_URLS (or --urls) is '{url}', which is no address such as http://localhost:5080.");

    private static bool IsAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Policy files that are not read. Like settings without effect they do not stop the start.</summary>
    private static IReadOnlyList<string> FileDoubts(this WebApplication app) => app.Services.GetRequiredService<PolicyFolder>()
        .Doubts(app.Services.GetServices<PolicyFile>().Select(file => file.Name).ToHashSet(StringComparer.Ordinal));

    [LoggerMessage(LogLevel.Warning, "{Doubt}")]
    private static partial void LogDoubt(ILogger logger, string doubt);

    /// <summary>Only there to carry faults of the host to where all faults are said together.</summary>
    private sealed class HostSetting;
}
