namespace ChatOps.Tagging;

/// <summary>Judges the tags of the whole estate by the policy; a job calls it.</summary>
public interface ITagCensus
{
    /// <summary>Takes a census: every asset is judged, and what is counted is kept.</summary>
    Task TakeAsync(CancellationToken cancellationToken);
}
