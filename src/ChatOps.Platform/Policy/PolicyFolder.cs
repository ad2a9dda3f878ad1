using System.Text;
using ChatOps.Kernel.Filters;

namespace ChatOps.Platform.Policy;

/// <summary>
/// Finds the policy files: first in the folder an operator names (<c>ChatOps:PolicyPath</c>), which needs to hold only what differs,
/// then in the folder that ships with the bot.
/// </summary>
public sealed class PolicyFolder(string? own, string shipped)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string? _own = string.IsNullOrWhiteSpace(own) ? null : own.Trim();

    /// <summary>Why the operator's folder cannot be used, as a line; null when it can, or none is named.</summary>
    public string? Fault => _own is null || Directory.Exists(_own) ? null : $"ChatOps:PolicyPath '{_own}' is no folder.";

    /// <summary>The text of a file.</summary>
    /// <exception cref="PolicyException">It is in neither folder, cannot be read, says nothing, or is not UTF-8.</exception>
    public string Read(string file)
    {
        foreach (var folder in new[] { _own, shipped })
        {
            var path = folder is null ? null : Path.Combine(folder, file);
            if (path is null || !File.Exists(path)) continue;
            try
            {
                var text = Decode(file, File.ReadAllBytes(path));
                return folder == _own && SaysNothing(text)
                    ? throw new PolicyException([$"{file} says nothing. Remove the file for the shipped one, or write what differs."])
                    : text;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PolicyException([$"{file}: cannot be read from {path}: {e.Message}"]);
            }
        }

        throw new PolicyException([
            $"{file}: not found in {(_own is null ? "" : _own + " nor in ")}{shipped}. ChatOps:PolicyPath names the folder."
        ]);
    }

    /// <summary>Files of the operator's folder that are meant for policies and are not read, a line each.</summary>
    /// <param name="known">The names of the policy files.</param>
    public IReadOnlyList<string> Doubts(IReadOnlyCollection<string> known)
    {
        if (_own is null || !Directory.Exists(_own)) return [];
        var doubts = new List<string>();
        foreach (var file in Directory.EnumerateFiles(_own).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal))
        {
            if (known.Contains(file) || file.StartsWith('.')) continue;
            var name = Path.GetFileNameWithoutExtension(file) + ".yaml";
            var extension = Path.GetExtension(file).ToLowerInvariant();
            if (extension is not (".yml" or ".yaml" or ".json")) continue;
            if (extension != ".yaml" && known.Contains(name)) doubts.Add($"{file} is not read: policy files end in .yaml. Call it {name}.");
            else
                doubts.Add($"{file} is not read: there is no such policy. " + (NearestText.Of(name, known) is { } near
                    ? $"Did you mean {near}?"
                    : $"There are {string.Join(", ", known.Order(StringComparer.Ordinal))}."));
        }

        return doubts;
    }

    private static string Decode(string file, byte[] bytes)
    {
        var text = bytes.AsSpan();
        if (text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException broken)
        {
            var before = text[..Math.Clamp(broken.Index, 0, text.Length)];
            var line = before.Count((byte)'\n') + 1;
            var column = before.Length - before.LastIndexOf((byte)'\n');
            throw new PolicyException([$"{file}:{line}: not UTF-8 (byte {column} of the line). Save the file as UTF-8."]);
        }
    }

    private static bool SaysNothing(string text) =>
        text.Split('\n').All(line => line.TrimStart() is "" or ['#', ..] || line.Trim() == "---");
}

/// <summary>A file that holds a policy.</summary>
/// <param name="Name">Its name, without a folder.</param>
public sealed record PolicyFile(string Name);
