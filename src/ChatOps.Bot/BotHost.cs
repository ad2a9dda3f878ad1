using ChatOps.Aws;
using ChatOps.Jobs;
using ChatOps.Platform.Access;
using ChatOps.Platform.Charts;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Email;
using ChatOps.Platform.Ingest;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Operations;
using ChatOps.Platform.Prometheus;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;
using ChatOps.Slack;
using Microsoft.Extensions.Options;

namespace ChatOps.Bot;

/// <summary>Puts the bot together. The sandbox and the tests call it too, so what they try is what runs in production.</summary>
public static class BotHost
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
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        if (builder.Configuration["urls"] is null) builder.WebHost.UseUrls(DefaultUrl);
        configure?.Invoke(builder);
        builder.Configuration.AddParameterStore();
        // By itself ASP.NET reads endpoints and certificates of this section, no limits.
        builder.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(
            builder.Configuration.GetSection("Kestrel"));
        AddProduct(builder.Services, builder.Configuration);

        var app = builder.Build();
        // Here and not when the host starts: mapping endpoints already reads options, and a fault would then be told alone and logged with
        // a stack.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
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
        services.AddSlack(configuration.GetSection("ChatOps:Slack").Bind);
        services.AddLocalization(configuration);
        services.AddAccess();
        services.AddCharts();
        services.AddEmail(configuration);
        services.AddRoutes();
        services.AddIngest();
        services.AddDelivery();
        services.AddOperations();
        services.AddPrometheus(configuration);
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
        services.AddHealth();
        services.AddTelemetry(configuration);
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

        services.AddOptions<DatabaseSetting>().Validate(_ => fault is null, fault ?? "").ValidateOnStart();
        if (fault is null) return connectionString!;
        // The start stops at this fault, but only together with all others.
        services.AddStorage(NoDatabase);
        return NoDatabase;
    }

    /// <summary>Only there to carry the database's fault to where all faults are said together.</summary>
    private sealed class DatabaseSetting;
}
