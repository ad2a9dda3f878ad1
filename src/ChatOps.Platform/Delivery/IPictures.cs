using ChatOps.Platform.Charts;

namespace ChatOps.Platform.Delivery;

/// <summary>Brings pictures to Slack, so that messages can show them.</summary>
public interface IPictures
{
    /// <summary>
    /// Uploads a picture without sharing it and returns the file's id, for <c>ImageBlock.SlackFile</c> in a message or view.
    /// </summary>
    /// <exception cref="Slack.Api.SlackException">Slack refused it.</exception>
    Task<string> UploadAsync(Picture picture, string fileName, CancellationToken cancellationToken);
}
