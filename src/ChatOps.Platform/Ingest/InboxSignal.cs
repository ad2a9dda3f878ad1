namespace ChatOps.Platform.Ingest;

/// <summary>Wakes the dispatcher when events were committed; several wakes before it looks are one.</summary>
internal sealed class InboxSignal : Storage.WakeSignal;
