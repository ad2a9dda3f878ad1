using System.Security.Claims;
using System.Text.Encodings.Web;
using ChatOps.Platform.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Platform.Ingest;

/// <summary>Who may send events: a scheme for each sender with a secret, and an authorization policy of the same name.</summary>
internal static class IngestAuthentication
{
    /// <summary>EventBridge API destinations, by <c>X-Api-Key</c>.</summary>
    public const string EventBridge = "EventBridge";

    /// <summary>Alertmanager, by <c>Authorization: Bearer</c>.</summary>
    public const string Alertmanager = "Alertmanager";

    /// <summary>Adds schemes and policies. SNS has none here: its messages are signed each.</summary>
    public static IServiceCollection AddIngestAuthentication(this IServiceCollection services)
    {
        // Not AddAuthentication: that adds data protection too, which makes keys at every start although nothing here needs them.
        services.AddAuthenticationCore().AddWebEncoders().TryAddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(EventBridge, null)
            .AddScheme<AuthenticationSchemeOptions, BearerTokenAuthenticationHandler>(Alertmanager, null);
        // The policies are looked up by endpoint.
        services.AddRouting();
        services.AddAuthorizationBuilder()
            .AddPolicy(EventBridge, policy => policy.AddAuthenticationSchemes(EventBridge).RequireAuthenticatedUser())
            .AddPolicy(Alertmanager, policy => policy.AddAuthenticationSchemes(Alertmanager).RequireAuthenticatedUser());
        return services;
    }
}

/// <summary>A sender that proves itself by a secret that we know too; 401 with a problem otherwise.</summary>
internal abstract class SharedSecretAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>What the answer to a wrong or missing secret says.</summary>
    protected abstract string Refusal { get; }

    /// <summary>Whether the request carries the secret. An empty expected secret matches nothing.</summary>
    protected abstract bool IsRight(HttpRequest request);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(IsRight(Request)
        ? AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, Scheme.Name)], Scheme.Name)), Scheme.Name))
        : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        IngestRequest.Unauthorized(Refusal).ExecuteAsync(Context);
}

/// <summary>EventBridge's API key.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptions<IngestOptions> ingest, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : SharedSecretAuthenticationHandler(options, loggers, encoder)
{
    public const string Header = "X-Api-Key";

    protected override string Refusal => "The header X-Api-Key is missing or wrong.";

    protected override bool IsRight(HttpRequest request) =>
        SharedSecret.Matches(request.Headers[Header].ToString(), ingest.Value.EventBridge.ApiKey);
}

/// <summary>Alertmanager's bearer token.</summary>
internal sealed class BearerTokenAuthenticationHandler(
    IOptions<IngestOptions> ingest, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : SharedSecretAuthenticationHandler(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";

    protected override string Refusal => "The bearer token is missing or wrong.";

    protected override bool IsRight(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && SharedSecret.Matches(authorization[Prefix.Length..].Trim(), ingest.Value.Alertmanager.BearerToken);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }
}
