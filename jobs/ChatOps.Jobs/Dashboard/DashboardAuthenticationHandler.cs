using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChatOps.Jobs;

/// <summary>Basic authentication of the dashboard (RFC 7617); in the sandbox whoever sits at this machine needs none.</summary>
internal sealed class DashboardAuthenticationHandler(
    IOptions<DashboardOptions> dashboard,
    DashboardPassword password,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The scheme, and the authorization policy that asks for it.</summary>
    public const string SchemeName = "Dashboard";

    private bool _tooMany;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_tooMany)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.Headers.RetryAfter = "1";
        }
        else
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = "Basic realm=\"ChatOps\", charset=\"UTF-8\"";
        }

        return Task.CompletedTask;
    }

    private AuthenticateResult Authenticate()
    {
        var address = Context.Connection.RemoteIpAddress;
        if (dashboard.Value.OpenOnLoopback && address is not null && IPAddress.IsLoopback(address)) return Success("loopback");
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var given)
            || !"Basic".Equals(given.Scheme, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var bytes = new byte[given.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(given.Parameter ?? "", bytes, out var length)) return AuthenticateResult.NoResult();
        var verdict = password.Judge(address, bytes.AsSpan(0, length));
        _tooMany = verdict == DashboardPassword.Verdict.NotJudged;
        return verdict == DashboardPassword.Verdict.Right ? Success(dashboard.Value.User!) : AuthenticateResult.NoResult();
    }

    private AuthenticateResult Success(string name) =>
        AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], Scheme.Name)), Scheme.Name));
}
