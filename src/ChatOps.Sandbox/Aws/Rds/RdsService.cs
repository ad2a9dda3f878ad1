using System.Xml.Linq;
using ChatOps.Sandbox.Aws.Accounts;
using ChatOps.Sandbox.Aws.Controls;
using ChatOps.Sandbox.Aws.Protocols;

namespace ChatOps.Sandbox.Aws.Rds;

/// <summary>RDS (query protocol): database instances, the settings that controls look at, and tags.</summary>
internal sealed class RdsService(AwsState state, ControlEvaluation evaluation) : LockedService(state)
{
    private static readonly XNamespace Namespace = "http://rds.amazonaws.com/doc/2014-10-31/";

    public override string SigningName => "rds";

    protected override AwsAnswer Answer(AwsCall call) => call.Operation switch
    {
        "DescribeDBInstances" => Describe(call),
        "ModifyDBInstance" => Modify(call),
        "ListTagsForResource" => AwsAnswer.Query(call, Namespace, TagList(Tagged(call))),
        "AddTagsToResource" => Tag(call, r =>
        {
            foreach (var tag in call.Form.Members("Tags.Tag").Concat(call.Form.Members("Tags")))
                r.Tags[tag.Required("Key")] = tag.Text("Value") ?? "";
        }),
        "RemoveTagsFromResource" => Tag(call, r =>
        {
            foreach (var key in call.Form.Values("TagKeys"))
                r.Tags.Remove(key);
        }),
        _ => throw new AwsFault(
            "InvalidAction", $"Could not find operation {call.Operation} for version 2014-10-31 (the sandbox does not serve it)"),
    };

    private AwsAnswer Describe(AwsCall call)
    {
        var found = State.In<DbInstance>(call.Caller.AccountId, call.Region);
        if (call.Form.Text("DBInstanceIdentifier") is { } id)
            found = [Find(call, id)];
        foreach (var filter in call.Form.Members("Filters.Filter").Concat(call.Form.Members("Filters")))
        {
            var (name, values) = (filter.Required("Name"), filter.Values("Values.Value").Concat(filter.Values("Values")).ToArray());
            found = name switch
            {
                "db-instance-id" => found.Where(d => values.Contains(d.Identifier) || values.Contains(d.Arn)),
                "dbi-resource-id" => found.Where(d => values.Contains(d.ResourceId)),
                "engine" => found.Where(d => values.Contains(d.Engine)),
                _ => throw new AwsFault("InvalidParameterValue", $"Unrecognized filter name: {name}"),
            };
        }

        return AwsAnswer.Query(call, Namespace, new XElement("DBInstances", found.Select(Element)));
    }

    private AwsAnswer Modify(AwsCall call)
    {
        var database = Find(call, call.Form.Required("DBInstanceIdentifier"));
        var form = call.Form;
        var days = form.Number("BackupRetentionPeriod");
        if (days is < 0 or > 35)
            throw new AwsFault("InvalidParameterValue", "Invalid backup retention period: " + days + ". Must be between 0 and 35.");
        database.PubliclyAccessible = form.Flag("PubliclyAccessible") ?? database.PubliclyAccessible;
        database.MultiAz = form.Flag("MultiAZ") ?? database.MultiAz;
        database.DeletionProtection = form.Flag("DeletionProtection") ?? database.DeletionProtection;
        database.AutoMinorVersionUpgrade = form.Flag("AutoMinorVersionUpgrade") ?? database.AutoMinorVersionUpgrade;
        database.CopyTagsToSnapshot = form.Flag("CopyTagsToSnapshot") ?? database.CopyTagsToSnapshot;
        database.MonitoringInterval = form.Number("MonitoringInterval") ?? database.MonitoringInterval;
        database.BackupRetentionDays = days ?? database.BackupRetentionDays;
        evaluation.Later(database);
        return AwsAnswer.Query(call, Namespace, Element(database));
    }

    private static XElement Element(DbInstance d) => new(
        "DBInstance",
        new XElement("DBInstanceIdentifier", d.Identifier),
        new XElement("DBInstanceClass", d.InstanceClass),
        new XElement("Engine", d.Engine),
        new XElement("EngineVersion", d.EngineVersion),
        new XElement("DBInstanceStatus", "available"),
        new XElement("MasterUsername", "admin"),
        new XElement(
            "Endpoint",
            new XElement("Address", $"{d.Identifier}.c9akciq32.{d.Region}.rds.amazonaws.com"),
            new XElement("Port", d.Engine == "postgres" ? 5432 : 3306)),
        new XElement("AllocatedStorage", 100),
        new XElement("InstanceCreateTime", AwsIds.Iso(d.CreatedAt)),
        new XElement("BackupRetentionPeriod", d.BackupRetentionDays),
        new XElement("MultiAZ", d.MultiAz),
        new XElement("AutoMinorVersionUpgrade", d.AutoMinorVersionUpgrade),
        new XElement("PubliclyAccessible", d.PubliclyAccessible),
        new XElement("StorageEncrypted", d.StorageEncrypted),
        new XElement("DbiResourceId", d.ResourceId),
        new XElement("DBInstanceArn", d.Arn),
        new XElement("CopyTagsToSnapshot", d.CopyTagsToSnapshot),
        new XElement("MonitoringInterval", d.MonitoringInterval),
        new XElement("DeletionProtection", d.DeletionProtection),
        TagList(d));

    private static XElement TagList(AwsResource resource) => new(
        "TagList",
        resource.Tags.Select(t => new XElement("Tag", new XElement("Key", t.Key), new XElement("Value", t.Value))));

    private AwsAnswer Tag(AwsCall call, Action<AwsResource> act)
    {
        act(Tagged(call));
        return AwsAnswer.Query(call, Namespace);
    }

    private DbInstance Tagged(AwsCall call) => Find(call, call.Form.Required("ResourceName"));

    private DbInstance Find(AwsCall call, string id) =>
        State.In<DbInstance>(call.Caller.AccountId, call.Region).FirstOrDefault(
            d => d.Identifier == id || d.Arn == id || d.ResourceId == id)
        ?? throw new AwsFault("DBInstanceNotFound", $"DBInstance {id} not found.", 404);
}
