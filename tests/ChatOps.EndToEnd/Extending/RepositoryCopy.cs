using System.Diagnostics;

namespace ChatOps.EndToEnd.Extending;

/// <summary>
/// The repository as it stands, with what was built of it, in a temporary folder. Only what changes is compiled there: the other assemblies
/// are those that the tests themselves were built with.
/// </summary>
internal sealed class RepositoryCopy : IDisposable
{
    private static readonly string Configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal)
        ? "Release"
        : "Debug";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("chatops-extending-");

    public RepositoryCopy()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Root).Where(
            file => Path.GetExtension(file) is ".props" or ".json" or ".txt" or ".editorconfig"))
            File.Copy(file, At(Path.GetFileName(file)));
        Copy("manifest");
        Copy("jobs");
        // The sandbox is not part of the bot; the bot's own output is what is built anew.
        Copy("src", "ChatOps.Sandbox", "ChatOps.Bot/bin");
    }

    public string Root => _root.FullName;

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Restores the bot with a domain that is new, builds both, and returns the bot's assembly.</summary>
    public async Task<string> BuildAsync(string domain)
    {
        const string bot = "src/ChatOps.Bot/ChatOps.Bot.csproj";
        await RunAsync("restore", bot);
        // The domain as anybody builds it: warnings are errors.
        await RunAsync(
            "build", $"src/Domains/{domain}/{domain}.csproj", "--no-restore", "-c", Configuration, "-p:BuildProjectReferences=false");
        await RunAsync(
            "build", bot, "--no-restore", "-c", Configuration, "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false",
            "-p:CreateSymbolicLinksForCopyLocalIfPossible=true");
        return At("src", "ChatOps.Bot", "bin", Configuration, "net10.0", "ChatOps.Bot.dll");
    }

    public void Dispose() => _root.Delete(recursive: true);

    private async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-nologo", "-v", "quiet", "-clp:ErrorsOnly", "-nodeReuse:false"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Tests run within MSBuild: what it says of itself to its children is not meant for another build.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:\n{string.Concat(output)}");
    }

    private void Copy(string folder, params string[] except)
    {
        var left = except.Select(part => Repository.At(folder, part)).ToHashSet(StringComparer.Ordinal);
        var waiting = new Stack<string>([Repository.At(folder)]);
        while (waiting.TryPop(out var from))
        {
            var to = Directory.CreateDirectory(At(Path.GetRelativePath(Repository.Root, from))).FullName;
            foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            foreach (var below in Directory.EnumerateDirectories(from).Where(below => !left.Contains(below))) waiting.Push(below);
        }
    }
}
