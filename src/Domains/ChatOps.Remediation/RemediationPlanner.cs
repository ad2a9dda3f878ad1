using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ChatOps.Aws;
using ChatOps.Findings;
using ChatOps.Platform.Localization;
using ChatOps.Platform.Policy;
using ChatOps.Slack.Blocks;

namespace ChatOps.Remediation;

/// <summary>Works out what exactly would run for a finding, and checks that it can.</summary>
internal sealed class RemediationPlanner(
    IPolicy<RemediationCatalogue> catalogue, IPolicy<TagVocabulary> vocabulary, IAwsClients aws, IAwsAccounts accounts, TimeProvider time)
{
    /// <summary>The fault of a remediation that makes no sense for the resource as it is now.</summary>
    public const string PreconditionFault = "remediation.fault.precondition";

    /// <summary>The fault of a resource that is right already.</summary>
    public const string NothingFault = "remediation.fault.nothing";

    /// <summary>The plan. Reads AWS: the finding's details, the before-state, the document.</summary>
    /// <exception cref="UserFacingException">It cannot run, and why.</exception>
    /// <exception cref="AmazonServiceException">AWS refuses to say.</exception>
    public async Task<RemediationPlan> PlanAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (!finding.Open) throw new UserFacingException("remediation.fault.closed");
        if (catalogue.Value.Find(finding) is not var (entry, resource))
            throw new UserFacingException("remediation.fault.none", ("control", finding.ControlId ?? finding.Title));
        var account = accounts.Find(finding.Account)
            ?? throw new UserFacingException("remediation.fault.account", ("account", AccountText.Mask(finding.Account)));
        var region = resource.Region is { Length: > 0 } own and not "global" ? own : finding.Region;

        var details = NeedsDetails(entry) ? await DetailsAsync(finding, resource, region, cancellationToken) : null;
        var key = entry.ResourceTypes.Contains("AwsS3Bucket") ? ResourceName(resource.Arn) : LastSegment(resource.Arn);
        var (read, unreadable) = await ReadAsync(entry, finding.Account, region, key, details, cancellationToken);
        Demand(entry, read, unreadable);
        var parameters = Fill(entry, finding, resource, region, details);
        JsonObject? target = null;
        if (!entry.IsCall) await CheckDocumentAsync(finding.Account, region, entry.Document, parameters, cancellationToken);
        else (parameters, target) = Revoke(entry, key, read, unreadable);
        var tags = resource.Tags.Count > 0 ? resource.Tags : read?.Tags ?? new Dictionary<string, string>();
        return new RemediationPlan
        {
            FindingId = finding.Id,
            Control = finding.ControlId ?? finding.Rule!,
            Severity = finding.Severity,
            Document = entry.Document,
            Call = entry.IsCall ? entry.Document : null,
            Target = target is null ? null : JsonSerializer.SerializeToElement(target),
            Preview = entry.Preview,
            ResourceKey = key,
            UndoCall = entry.UndoCall,
            Timeout = entry.Timeout,
            IsPeriodic = entry.IsPeriodic,
            Parameters = parameters,
            Account = finding.Account,
            AccountName = account.Name,
            Region = region,
            ResourceArn = resource.Arn,
            // An account is better known by its name than by its number.
            ResourceName = resource.Type == "AwsAccount" ? account.Name : FindingFormat.ResourceName(resource),
            ResourceType = resource.Type,
            Tags = tags,
            Described = vocabulary.Value.Describe(tags),
            Risk = entry.Risk,
            Reversible = entry.Undo,
            Changes = entry.Changes,
            Undo = entry.UndoText,
            Approval = catalogue.Value.Approval.CauseFor(entry.Risk, account, resource.Type, tags, vocabulary.Value),
            Read = read?.Changes ?? [],
            Unreadable = unreadable,
            Before = read is null ? null : JsonSerializer.SerializeToElement(read.State),
            ReadAt = time.GetUtcNow(),
        };
    }

    /// <summary>Whether the remediation makes sense for the resource as it is now.</summary>
    private static void Demand(CatalogueEntry entry, ResourceState? read, string? unreadable)
    {
        if (entry.Precondition is { } precondition && !precondition.Holds(read))
            throw new UserFacingException(
                PreconditionFault, ("why", new LocalizedValue(locale => Mrkdwn.Escape(precondition.Otherwise.In(locale)))),
                ("state", Mrkdwn.Literal(unreadable ?? ResourceState.Shown(read?.State[precondition.Setting]))));
        if (read?.IsRight == true)
            throw new UserFacingException(
                NothingFault, ("state", new LocalizedValue(locale => PlanBlocks.State(read.Changes, locale))));
    }

    /// <summary>Of a security group, the rules that open what shall be closed, and what is left without them.</summary>
    private static (IReadOnlyList<PlanParameter> Parameters, JsonObject Target) Revoke(
        CatalogueEntry entry, string groupId, ResourceState? read, string? unreadable)
    {
        // What is to be taken away is what was read.
        if (read is null) throw new UserFacingException("remediation.fault.unread", ("message", Mrkdwn.Literal(unreadable ?? "–")));
        var inbound = (JsonArray)read.State["Ingress"]!;
        var open = inbound.Where(rule => SecurityGroupRules.OpensTo(rule, entry.Preview!.Closes)).ToList();
        var target = new JsonObject
        {
            ["Ingress"] = new JsonArray([.. inbound.Except(open).Select(rule => rule!.DeepClone())]),
            ["Egress"] = read.State["Egress"]!.DeepClone(),
        };
        return ([new("GroupId", [groupId]), new("IpPermissions", [.. open.Select(SecurityGroupRules.Shown)])], target);
    }

    /// <summary>The parameters of an entry for a finding.</summary>
    /// <exception cref="UserFacingException">The finding does not say what one of them needs.</exception>
    internal IReadOnlyList<PlanParameter> Fill(
        CatalogueEntry entry, Finding finding, FindingResource resource, string region, JsonElement? details)
    {
        string? ValueOf(string name) => name switch
        {
            "account" => finding.Account,
            "region" => region,
            "partition" => Arn.TryParse(resource.Arn, out var arn) || Arn.TryParse(finding.ProductArn, out arn) ? arn.Partition : "aws",
            "resource.arn" => resource.Arn,
            "resource.name" => ResourceName(resource.Arn),
            "resource.id" => LastSegment(resource.Arn),
            "automation.role" => Render(catalogue.Value.AutomationRole, ValueOf),
            _ when name.StartsWith(Template.DetailPrefix, StringComparison.Ordinal) && details is { } known =>
                Details.Text(known, name[Template.DetailPrefix.Length..]),
            _ => null,
        };

        return [.. entry.Parameters.Select(
            parameter => new PlanParameter(parameter.Key, [.. parameter.Value.Select(value => Render(value, ValueOf))]))];

        string Render(Template template, Func<string, string?> valueOf) => template.Render(valueOf, out var missing)
            ?? throw new UserFacingException("remediation.fault.parameter", ("name", missing), ("document", entry.Document));
    }

    /// <summary>What follows the type in the ARN: a bucket's, database's or group's own name; all of it when it is no ARN.</summary>
    internal static string ResourceName(string arn) => Arn.TryParse(arn, out var parsed) ? parsed.ResourceId : LastSegment(arn);

    private static string LastSegment(string arn) => arn[(arn.LastIndexOfAny(['/', ':']) + 1)..];

    private static bool NeedsDetails(CatalogueEntry entry) =>
        entry.Preview?.Kind == PreviewRead.Detail
        || entry.Parameters.Any(parameter => parameter.Value.Any(
            value => value.Names.Any(name => name.StartsWith(Template.DetailPrefix, StringComparison.Ordinal))));

    private async Task<JsonElement?> DetailsAsync(
        Finding finding, FindingResource resource, string region, CancellationToken cancellationToken)
    {
        // The service knows its own: a finding may lack the details, or have old ones.
        if (resource.Type == "AwsRdsDbInstance" && await InstanceAsync(finding, resource, region, cancellationToken) is { } instance)
            return instance;
        // Only Security Hub keeps what some parameters need.
        if (!finding.InSecurityHub) throw new UserFacingException("remediation.fault.not_in_hub", ("product", finding.Product));
        var query = FindingQuery.ById(new FindingIdentifier(finding.Arn, finding.ProductArn));
        var page = await aws.SecurityHub(finding.Account, finding.Region).GetFindingPage(query, null, cancellationToken);
        return page.Findings.Count == 0
            ? throw new UserFacingException("remediation.fault.gone")
            : Details.Of(page.Findings[0], resource.Arn);
    }

    private async Task<JsonElement?> InstanceAsync(
        Finding finding, FindingResource resource, string region, CancellationToken cancellationToken)
    {
        try
        {
            return await aws.Rds(finding.Account, region).DescribeDbInstance(LastSegment(resource.Arn), cancellationToken)
                ?? throw new UserFacingException("remediation.fault.resource_gone");
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied && finding.InSecurityHub)
        {
            // A role of before has no rds:DescribeDBInstances: then what Security Hub has must do.
            return null;
        }
    }

    /// <summary>The document must be there, and must know the parameters: before anybody is offered to run it.</summary>
    private async Task CheckDocumentAsync(
        string account, string region, string document, IReadOnlyList<PlanParameter> parameters, CancellationToken cancellationToken)
    {
        DocumentDescription? found;
        try
        {
            found = (await aws.Ssm(account, region).DescribeDocumentAsync(
                new DescribeDocumentRequest { Name = document }, cancellationToken)).Document;
        }
        catch (InvalidDocumentException)
        {
            found = null;
        }

        if (found is null || (found.Status is { } status && status != DocumentStatus.Active))
            throw new UserFacingException(
                "remediation.fault.document", ("document", document), ("account", AccountText.Mask(account)), ("region", region));
        var known = (found.Parameters ?? []).Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        if (parameters.FirstOrDefault(parameter => !known.Contains(parameter.Name)) is { } unknown)
            throw new UserFacingException("remediation.fault.unknown_parameter", ("document", document), ("name", unknown.Name));
        var given = parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        if ((found.Parameters ?? []).FirstOrDefault(
            parameter => parameter.DefaultValue is null && !given.Contains(parameter.Name)) is { } requested)
            throw new UserFacingException("remediation.fault.missing_parameter", ("document", document), ("name", requested.Name));
    }

    private async Task<(ResourceState? Read, string? Unreadable)> ReadAsync(
        CatalogueEntry entry, string account, string region, string key, JsonElement? details, CancellationToken cancellationToken)
    {
        if (entry.Preview is null) return (null, null);
        try
        {
            return (await new ResourceReader(aws).ReadAsync(entry.Preview, account, region, key, details, cancellationToken), null);
        }
        catch (AmazonServiceException e) when (AwsErrors.KindOf(e) == AwsErrorKind.AccessDenied)
        {
            // Without the before-state there is nothing to put back: shown, and the approver decides.
            return (null, $"{e.ErrorCode}: {e.Message}");
        }
    }
}
