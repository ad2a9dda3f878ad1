namespace ChatOps.Sandbox;

/// <summary>Where the halves of the sandbox tell the page what changed; the page's event stream forwards it.</summary>
public interface ISandboxNotices
{
    /// <summary>Publishes one server-sent event to every connected page. Never blocks, never throws for a page that is gone.</summary>
    /// <param name="event">The event's name, as the page knows it (<c>aws</c>, <c>notice</c>).</param>
    /// <param name="data">What is serialized into the event's data.</param>
    void Publish(string @event, object data);
}
