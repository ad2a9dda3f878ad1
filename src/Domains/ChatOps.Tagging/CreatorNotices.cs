using ChatOps.Assets;
using ChatOps.Platform.Delivery;
using ChatOps.Platform.Policy;
using ChatOps.Platform.Routing;
using ChatOps.Platform.Storage;

namespace ChatOps.Tagging;

/// <summary>Asks creators for the tags that automatic tagging cannot know.</summary>
internal sealed class CreatorNotices(CreatorPeople people, IPolicy<TagPolicy> policy, IPolicy<Routes> routes, IOutbox outbox)
{
    /// <summary>
    /// The question to a resource's creator, and where it is asked: of them alone where Slack knows them, else in the channels of the
    /// routes.
    /// </summary>
    public async Task<(TagNotice Notice, IReadOnlyList<MessageRequest> Requests)> PrepareAsync(
        Creation creation, Asset asset, CancellationToken cancellationToken)
    {
        var found = await people.FindAsync(creation.Creator, policy.Value.AutoTag.MailDomain, cancellationToken);
        var notice = new TagNotice(
            creation.NoticeId, creation.Creator.Name, found?.UserId, creation.At, null, null,
            Certain: found is { ByMail: true } && creation.Creator.IsVouchedFor);
        var subject = TagNotice.SubjectOf(notice.Id);
        // Many calls of one person in a minute (Terraform) become one message.
        var group = $"{creation.Creator.Name}|{creation.Account}";
        if (found is { } person)
            return (notice, [new MessageRequest(subject, person.Channel, person.Language, Severity.Low, Open: true, group)]);
        var facts = new RouteFacts
        {
            Account = creation.Account,
            Region = creation.Region,
            ResourceTypes = [asset.Type],
            Tags = [.. policy.Value.Vocabulary.BothForms(asset.Tags)],
        };
        var channels = routes.Value.For(RouteKind.Tagging, facts);
        return (
            notice, [.. channels.Select(to => new MessageRequest(subject, to.Channel, to.Language, Severity.Low, Open: true, group))]);
    }

    /// <summary>Stores the question and asks it, in the transaction that knows what is missing.</summary>
    public async Task AskAsync(
        UnitOfWork uow, TagNotice notice, IReadOnlyList<MessageRequest> requests, CancellationToken cancellationToken)
    {
        await CreationStore.AskAsync(uow, notice, cancellationToken);
        await outbox.RequestAsync(uow, requests, cancellationToken);
    }
}
