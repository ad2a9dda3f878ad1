using System.Text.Json;
using ChatOps.Platform.Doctor;
using ChatOps.Platform.Localization;

namespace ChatOps.Bot;

/// <summary>
/// <c>ChatOps.Bot doctor [--json]</c>: examines configuration and surroundings without running the bot, and says what to do. Nothing is
/// posted, stored or migrated.
/// </summary>
internal static class DoctorCommand
{
    /// <summary>Something is left out; the bot works.</summary>
    public const int Warnings = 1;

    /// <summary>Something does not work.</summary>
    public const int Faults = 2;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether the command line asks for it.</summary>
    public static bool IsAsked(IReadOnlyList<string> args) => args is ["doctor" or "--check", ..];

    /// <summary>Examines and prints.</summary>
    /// <returns>0 all is well, 1 warnings, 2 faults, 78 the configuration is wrong.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, Action<WebApplicationBuilder>? configure = null)
    {
        var isJson = args.Contains("--json");
        var rows = new List<Row>();
        var code = 0;
        try
        {
            SettingsReport? report = null;
            await using var app = BotHost.Create([.. args.Where(arg => arg is not ("doctor" or "--check" or "--json"))], builder =>
            {
                builder.Logging.ClearProviders();
                configure?.Invoke(builder);
            }, settings => report = settings);
            rows.AddRange((report?.Doubts ?? []).Select(doubt => new Row("warning", "configuration", doubt, null)));
            var locale = app.Services.GetRequiredService<ILocales>().For("en");
            var found = await app.Services.GetRequiredService<DoctorExamination>().RunAsync(CancellationToken.None);
            rows.AddRange(found.Select(diagnosis => new Row(
                diagnosis.Level switch
                {
                    DiagnosisLevel.Fault => "fault",
                    DiagnosisLevel.Warning => "warning",
                    _ => "well",
                },
                diagnosis.What, diagnosis.Reason, diagnosis.RemedyIn(locale))));
            code = rows.Exists(row => row.Level == "fault") ? Faults : rows.Exists(row => row.Level == "warning") ? Warnings : 0;
        }
        catch (Exception fault) when (StartupFaults.TryRead(fault, out var lines))
        {
            rows.AddRange(lines.Select(line => new Row("fault", "configuration", line, null)));
            code = StartupFaults.ExitCode;
        }

        await output.WriteLineAsync(isJson ? JsonSerializer.Serialize(rows, Indented) : Table(rows));
        return code;
    }

    private static string Table(List<Row> rows)
    {
        var width = rows.Select(row => row.What.Length).DefaultIfEmpty(0).Max();
        var lines = rows.SelectMany(row => new[]
        {
            $"{row.Level,-8}{row.What.PadRight(width)}  {row.Reason}".TrimEnd(),
            row.Remedy is null ? null : $"{new string(' ', 8 + width)}  → {row.Remedy}",
        }).OfType<string>();
        var ill = rows.Count(row => row.Level != "well");
        return string.Join(Environment.NewLine, [.. lines, ill == 0 ? "All is well." : $"{ill} of {rows.Count} need somebody."]);
    }

    private sealed record Row(string Level, string What, string? Reason, string? Remedy);
}
