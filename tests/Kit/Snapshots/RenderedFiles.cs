using System.Text.Json.Nodes;

namespace ChatOps.Tests.Kit;

/// <summary>Writes what is rendered to the folder that RENDERED_DIR names, if it does, for the check against Slack's own types.</summary>
public static class RenderedFiles
{
    public static void Write(string name, string language, JsonNode body)
    {
        if (Environment.GetEnvironmentVariable("RENDERED_DIR") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.{language}.json"), body.ToJsonString(Snapshot.Indented));
    }
}
