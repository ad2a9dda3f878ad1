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

    internal bool IsOn => HasPassword || OpenOnLoopback;
}
