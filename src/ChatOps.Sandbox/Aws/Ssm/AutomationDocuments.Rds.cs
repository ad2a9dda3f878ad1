using System.Globalization;
using ChatOps.Sandbox.Aws.Accounts;

namespace ChatOps.Sandbox.Aws.Ssm;

internal static partial class AutomationDocuments
{
    private static DocumentParameter Immediately => Flag(
        "ApplyImmediately", "(Optional) Whether the change is made now or in the next maintenance window.", false);

    private static IEnumerable<AutomationDocument> Rds =>
    [
        Modify(
            "AWSConfigRemediation-DisablePublicAccessToRDSInstance", "Ends public access to a database.", "DbiResourceId",
            "DisablePubliclyAccessibleOnRDS", d => d.PubliclyAccessible = false, d => !d.PubliclyAccessible),
        Modify(
            "ASR-DisablePublicAccessToRDSInstance", "Ends public access to a database (Automated Security Response).", "RDSInstanceARN",
            "DisablePubliclyAccessibleOnRDS", d => d.PubliclyAccessible = false, d => !d.PubliclyAccessible),
        Modify(
            "AWSConfigRemediation-EnableMultiAZOnRDSInstance", "Makes a database run in several availability zones.", "DbiResourceId",
            "EnableMultiAZ", d => d.MultiAz = true, d => d.MultiAz, Immediately),
        Modify(
            "AWSConfigRemediation-EnableEnhancedMonitoringOnRDSInstance", "Turns enhanced monitoring of a database on.", "ResourceId",
            "EnableEnhancedMonitoring", d => d.MonitoringInterval = 60, d => d.MonitoringInterval > 0,
            Text("MonitoringInterval", "(Optional) Seconds between measurements.", "60"),
            Text("MonitoringRoleArn", "(Required) The role that writes the measurements.")),
        Modify(
            "AWSConfigRemediation-EnableRDSInstanceDeletionProtection", "Protects a database from being deleted.", "DbInstanceResourceId",
            "EnableDeletionProtection", d => d.DeletionProtection = true, d => d.DeletionProtection, Immediately),
        Modify(
            "ASR-EnableRDSInstanceDeletionProtection", "Protects a database from being deleted (Automated Security Response).",
            "RDSInstanceARN", "EnableDeletionProtection", d => d.DeletionProtection = true, d => d.DeletionProtection, Immediately),
        new(
            "AWSConfigRemediation-EnableRDSInstanceBackup",
            "Turns automatic backups of a database on.",
            [
                RequiredRole, Text("DbiResourceId", "(Required) The resource id of the database."),
                Text("BackupRetentionPeriod", "(Required) Days that backups are kept."),
                Text("PreferredBackupWindow", "(Optional) When backups are made.", ""), Immediately
            ],
            [
                FindDatabase("DbiResourceId"),
                Change("EnableBackup", "ModifyDBInstance", "rds:ModifyDBInstance", c => c.Database("DbiResourceId")
                    .BackupRetentionDays = int.Parse(c.Parameter("BackupRetentionPeriod"), CultureInfo.InvariantCulture)),
                Verify(
                    "VerifyBackup", "DescribeDBInstances", "rds:DescribeDBInstances",
                    c => c.Database("DbiResourceId").BackupRetentionDays > 0),
            ]),
        Modify(
            "AWSConfigRemediation-EnableMinorVersionUpgradeOnRDSDBInstance", "Lets a database take minor versions by itself.",
            "DbiResourceId", "EnableAutoMinorVersionUpgrade", d => d.AutoMinorVersionUpgrade = true, d => d.AutoMinorVersionUpgrade),
        Modify(
            "ASR-EnableMinorVersionUpgradeOnRDSDBInstance", "Lets a database take minor versions by itself (Automated Security Response).",
            "RDSInstanceARN", "EnableAutoMinorVersionUpgrade", d => d.AutoMinorVersionUpgrade = true, d => d.AutoMinorVersionUpgrade),
        Modify(
            "AWSConfigRemediation-EnableCopyTagsToSnapshotOnRDSDBInstance", "Copies a database's tags to its snapshots.", "DbiResourceId",
            "EnableCopyTagsToSnapshot", d => d.CopyTagsToSnapshot = true, d => d.CopyTagsToSnapshot, Immediately),
    ];

    private static AutomationDocument Modify(
        string name,
        string description,
        string id,
        string step,
        Action<DbInstance> change,
        Func<DbInstance, bool> holds,
        params DocumentParameter[] more) => new(
            name,
            description,
            [RequiredRole, Text(id, "(Required) The resource id of the database."), .. more],
            [
                FindDatabase(id),
                Change(step, "ModifyDBInstance", "rds:ModifyDBInstance", c => change(c.Database(id))),
                Verify("Verify" + step, "DescribeDBInstances", "rds:DescribeDBInstances", c => holds(c.Database(id))),
            ]);
}
