using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using ChatOps.Platform.Localization;

namespace ChatOps.Domains;

/// <summary>
/// Compiled into every domain: its texts can be read as soon as any of its code runs, in the bot as in a test of one view.
/// </summary>
internal static class DomainAssembly
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A view may be rendered before anything of its domain was registered.")]
    internal static void AddTexts() => Texts.Add(Assembly.GetExecutingAssembly());
}
