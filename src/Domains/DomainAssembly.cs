using System.Runtime.CompilerServices;
using ChatOps.Platform.Localization;

namespace ChatOps.Domains;

/// <summary>Compiled into every domain: its texts can be read as soon as any of its code runs, in the bot as in a test of one view.</summary>
internal static class DomainAssembly
{
    [ModuleInitializer]
    internal static void AddTexts() => Texts.Add(typeof(DomainAssembly).Assembly);
}
