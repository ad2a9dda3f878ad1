using System.Collections.Concurrent;
using Amazon.EC2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SimpleSystemsManagement;
using Amazon.SQS;
using Microsoft.Extensions.Options;

namespace ChatOps.Aws;

internal sealed class AwsClients(
    IOptions<AwsOptions> options, IAwsAccounts accounts, AwsCredentialSource credentials) : IAwsClients, IDisposable
{
    private readonly ConcurrentDictionary<(Type Service, string Account, string Region), Lazy<IDisposable>> _clients = new();

    public ISecurityHubClient SecurityHub(string account, string region) => Client(account, region, role =>
        new SecurityHubClient(Json(SecurityHubClient.Service, region, role)));

    public ITaggingClient Tagging(string account, string region) => Client(account, region, role =>
        new TaggingClient(Json(TaggingClient.Service, region, role)));

    public IConfigClient Config(string account, string region) => Client(account, region, role =>
        new ConfigClient(Json(ConfigClient.Service, region, role)));

    public IBudgetsClient Budgets(string account) => Client(account, BudgetsClient.Region, role =>
        new BudgetsClient(account, Json(BudgetsClient.Service, BudgetsClient.Region, role)));

    public ICostExplorerClient CostExplorer(string account) => Client(account, BudgetsClient.Region, role =>
        new CostExplorerClient(NotRepeated(Json(CostExplorerClient.Service, BudgetsClient.Region, role))));

    public IResourceGroupsClient ResourceGroups(string account, string region) => Client(account, region, role =>
        new ResourceGroupsClient(Json(ResourceGroupsClient.Service, region, role)));

    public IRdsClient Rds(string account, string region) => Client(account, region, role =>
        new RdsClient(Json(RdsClient.Service, region, role)));

    public IAmazonSimpleSystemsManagement Ssm(string account, string region) => Client(account, region, role =>
        new AmazonSimpleSystemsManagementClient(Apply(new AmazonSimpleSystemsManagementConfig(), region, role)));

    // A local address has no host per bucket.
    public IAmazonS3 S3(string account, string region) => Client(account, region, role =>
        new AmazonS3Client(
            Apply(new AmazonS3Config { ForcePathStyle = !string.IsNullOrWhiteSpace(options.Value.ServiceUrl) }, region, role)));

    public IAmazonEC2 Ec2(string account, string region) => Client(account, region, role =>
    {
        // This client's constructor wants credentials at once (it uses them for CopySnapshot alone) and would search the machine
        // for them; its calls take the role's, once nothing else is set.
        var config = Apply(new AmazonEC2Config(), region, role);
        if (role is null)
            return new AmazonEC2Client(config);
        config.DefaultAWSCredentials = new AnonymousAWSCredentials();
        var client = new AmazonEC2Client(config);
        config.DefaultAWSCredentials = null;
        return client;
    });

    public IAmazonSQS Sqs(string region) => Cached("", region, () =>
        new AmazonSQSClient(Apply(new AmazonSQSConfig(), region, role: null)));

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client.IsValueCreated))
            client.Value.Dispose();
    }

    private T Client<T>(string account, string region, Func<AssumedRoleCredentials?, T> create)
        where T : class, IDisposable
    {
        var known = accounts.Find(account) ?? throw new UnknownAwsAccountException(account);
        return Cached(known.Id, region, () => create(credentials.RoleOf(known)));
    }

    private T Cached<T>(string account, string region, Func<T> create)
        where T : class, IDisposable =>
        (T)_clients.GetOrAdd((typeof(T), account, region), _ => new Lazy<IDisposable>(create)).Value;

    private AwsJsonConfig Json(AwsJsonService service, string region, AssumedRoleCredentials? role) =>
        Apply(new AwsJsonConfig(service, region, options.Value.ServiceUrl), region, role);

    /// <summary>Each request to Cost Explorer costs money, one of unknown outcome too: whoever asks decides whether to ask again.</summary>
    private static AwsJsonConfig NotRepeated(AwsJsonConfig config)
    {
        config.MaxErrorRetry = 0;
        return config;
    }

    private T Apply<T>(T config, string region, AssumedRoleCredentials? role)
        where T : ClientConfig => config.Apply(options.Value, region, credentials.Own, role);
}
