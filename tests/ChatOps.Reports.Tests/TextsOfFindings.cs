using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using ChatOps.Platform.Localization;

namespace ChatOps.Reports.Tests;

/// <summary>The sections that these tests show are of findings: their texts are added here, for no code of findings runs.</summary>
internal static class TextsOfFindings
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Before any test reads a text.")]
    internal static void Add() => Texts.Add(Assembly.Load("ChatOps.Findings"));
}
