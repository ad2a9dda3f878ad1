namespace ChatOps.Platform.Ingest;

/// <summary>
/// An event lacks the very thing that it is about (its findings, its account), so that only a person can make something of it. Anything
/// else that is missing or odd in an event is read around: <see cref="IEventReader"/>.
/// </summary>
/// <param name="message">What is missing, by its path in the event; no value of it.</param>
public sealed class UnreadableEventException(string message) : FormatException(message);
