namespace ChatOps.Jobs;

/// <summary>The queues, in the order in which workers empty them. Their names are kept with the jobs: do not rename.</summary>
internal static class Queues
{
    /// <summary>What the timetable starts.</summary>
    public const string Timetable = "b-timetable";

    /// <summary>Long, and nobody waits: the inventory.</summary>
    public const string Sync = "c-sync";
}
