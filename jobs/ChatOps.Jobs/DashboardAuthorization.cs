using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Http;

namespace ChatOps.Jobs;

/// <summary>The dashboard's door. Section <c>ChatOps:Dashboard</c>; without user and password there is no dashboard.</summary>
public sealed class DashboardOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "ChatOps:Dashboard";

    /// <summary>The user of basic authentication.</summary>
    public string? User { get; set; }

    /// <summary>The password of basic authentication. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>Lets requests from this machine in without a password: for the sandbox.</summary>
    public bool OpenOnLoopback { get; set; }

    internal bool HasPassword => !string.IsNullOrEmpty(User) && !string.IsNullOrEmpty(Password);
}

/// <summary>Basic authentication, compared in fixed time.</summary>
internal sealed class DashboardAuthorization(DashboardOptions options) : IDashboardAuthorizationFilter
{
    public bool Authorize(DashboardContext context)
    {
        var http = context.GetHttpContext();
        if (options.OpenOnLoopback && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)) return true;
        if (options.HasPassword && IsRight(http.Request)) return true;
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"ChatOps\", charset=\"UTF-8\"";
        return false;
    }

    private bool IsRight(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var given) || !"Basic".Equals(given.Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var bytes = new byte[given.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(given.Parameter ?? "", bytes, out var length)
            // Hashes are of one length: neither content nor length shows in the time.
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(bytes.AsSpan(0, length)), SHA256.HashData(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));
    }
}
